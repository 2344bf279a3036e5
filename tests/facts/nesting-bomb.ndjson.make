echo '{"paid": true}'
printf '{"x": %s}\n' "$(printf '[%.0s' {1..100000})"
printf '{"x": %s%s}\n' "$(printf '[%.0s' {1..300})" "$(printf ']%.0s' {1..300})"
echo '{"paid": true}'
