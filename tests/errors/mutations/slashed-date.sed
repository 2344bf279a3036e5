# policies/mpn/renewal.proviso
s/dated 2018-07-24$/dated 24\/07\/2018 # expect E0107/
