# policies/mpn/renewal.proviso
s/^  | yes    | any        | < 60       || not_eligible |$/  | yes    |            | < 60       || not_eligible | # expect E0218/
