# policies/mpn/renewal.proviso
s/^  in force from 2020-03-04 at/  in force from 2020-02-30 at/; s/at 1 day after current_anniversary$/&/; /2020-02-30/s/$/ # expect E0410/
