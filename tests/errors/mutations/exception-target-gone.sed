# policies/mpn/update-2021-01-27.proviso
s/^exception cba to waiver/exception cba to waver/; /^exception cba to waver/s/$/ # expect E0301/
