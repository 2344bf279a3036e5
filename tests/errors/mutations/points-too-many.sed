# policies/mpn/renewal.proviso
s/^  then growth_points is 15$/  then growth_points is 16 # expect E0414/
