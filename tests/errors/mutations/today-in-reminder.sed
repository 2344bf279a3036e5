# policies/mpn/renewal.proviso
s/^       remind 23 days after current_anniversary/       remind 23 days after today/; /remind 23 days after today/s/$/ # expect E0608/
