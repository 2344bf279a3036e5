echo '{"paid": true}'
printf '{"note": "caf\351"}\n{"x": "\300\200"}\n{"x": "\355\240\200"}\n{"n\377te": 1}\n'
echo '{"paid": true}'
