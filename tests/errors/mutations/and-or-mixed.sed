# policies/mpn/renewal.proviso
s/^   and (published_requirements_met or (requirements is waived and in_partner_center))$/   and published_requirements_met or in_partner_center/; /^rule qualifies/,/^  then/s/^  when today in window$/& # expect E0207/
