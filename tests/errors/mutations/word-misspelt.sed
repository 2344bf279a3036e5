# policies/mpn/update-2021-01-27.proviso
0,/^  when /s/^  when /  whne /; /^  whne /s/$/ # expect E0202/
