# policies/mpn/renewal.proviso
s/^  then must pay_fee by end of window$/  then must pay_fees by end of window # expect E0301/
