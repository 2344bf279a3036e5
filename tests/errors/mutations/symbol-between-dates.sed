# policies/mpn/renewal.proviso
s/current_anniversary on or after 2021-04-01$/current_anniversary >= 2021-04-01 # expect E0404/
