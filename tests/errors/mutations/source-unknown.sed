# policies/mpn/renewal.proviso
/^rule fee/,/^  when/s/^  cites page /  cites pages /; /cites pages/s/$/ # expect E0301/
