# policies/mpn/renewal.proviso
s/^  | done     | yes     | any                              || renewed | yes      |$/  | done     | yes                              || renewed | yes      | # expect E0219/
