echo '{"paid": true}'
printf '{"note": "a\000b"}\n{"paid":\000 true}\n\000\n'
echo '{"paid": true}'
