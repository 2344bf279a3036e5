# policies/mpn/renewal.proviso
s/^  then new_anniversary is 365 days after current_anniversary$/  then new_anniversary is 1 year after current_anniversary # expect E0417/
