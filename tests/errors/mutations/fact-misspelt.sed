# policies/mpn/renewal.proviso
s/^  when offer is not specialization_offer$/  when ofer is not specialization_offer # expect E0301/
