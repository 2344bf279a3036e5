printf '{\n"note": "%s"}\n{"paid": true}' "$(head -c 70000000 /dev/zero | tr '\0' x)"
