# A record of 50 MB is long and fine; only its number is not. One of 70 MB is too long.
echo '{"paid": true}'
printf '{"note": "%s", "left": 0.5}\n' "$(head -c 50000000 /dev/zero | tr '\0' x)"
printf '{"note": "%s", "left": 0.5}\n' "$(head -c 70000000 /dev/zero | tr '\0' x)"
echo '{"paid": true}'
