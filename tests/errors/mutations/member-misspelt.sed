# policies/mpn/renewal.proviso
s/^  when offer is competency_offer and requirements is waived$/  when offer is competency_ofer and requirements is waived # expect E0408/
