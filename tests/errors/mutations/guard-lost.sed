# policies/mpn/renewal.proviso
s/^         unless renewed_on is given and renewed_on before/         unless renewed_on before/; /unless renewed_on before/s/$/ # expect E0501/
