# policies/mpn/update-2021-01-27.proviso
s/^amendment wave3 to mpn/amendment wave3 to mnp/; /^amendment wave3 to mnp/s/$/ # expect E0704/
