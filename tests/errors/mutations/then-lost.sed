# policies/mpn/renewal.proviso
/^rule move /,/must/s/^  then must move_membership/       must move_membership/; s/^       must move_membership by end of window$/& # expect E0220/
