# policies/mpn/renewal.proviso
/^decide requirements/,/otherwise/s/^  otherwise required$/  otherwise if can_renew then waived else required # expect E0601/
