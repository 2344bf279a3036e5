#!/bin/bash
# sqlite.sh MODE IN OUT : nd (lines + json_extract -> NDJSON), csv (.import -> CSV)
. "$(dirname "$0")/sql_body.sh"
TYPED="id INTEGER, offer_type TEXT, competency TEXT, level TEXT, anniversary_date TEXT, fee_paid TEXT, requirements_met TEXT, pci_points_functional INTEGER, pci_points_other INTEGER, gold_competency_held TEXT, migrated_to_partner_center TEXT, as_of TEXT"
REL="(SELECT id,offer_type,competency,anniversary_date,fee_paid='true' AS fee_paid,requirements_met='true' AS requirements_met,pci_points_functional,pci_points_other,gold_competency_held='true' AS gold_competency_held,migrated_to_partner_center='true' AS migrated_to_partner_center,as_of FROM f)"
W="CASE WHEN waived THEN 'true' ELSE 'false' END"
case $1 in
csv) sqlite3 :memory: <<S
CREATE TABLE f($TYPED);
.import --csv --skip 1 $2 f
.mode csv
.separator , "\n"
.headers on
.output $3
$(body sqlite "$REL" "$W");
S
;;
nd) sqlite3 :memory: <<S
CREATE TABLE raw(j TEXT);
.mode ascii
.separator "\037" "\n"
.import $2 raw
.mode list
.headers off
.output $3
SELECT json_object('id',id,'requirements_waived',json(requirements_waived),'granted_points',granted_points,'extension',extension,'window_end',window_end,'status',status,'reminder_1',reminder_1,'reminder_2',reminder_2,'new_anniversary',new_anniversary,'reason',reason) FROM (
$(body sqlite "(SELECT j->>'id' AS id, j->>'offer_type' AS offer_type, j->>'competency' AS competency, j->>'anniversary_date' AS anniversary_date, j->>'fee_paid' AS fee_paid, j->>'requirements_met' AS requirements_met, j->>'pci_points_functional' AS pci_points_functional, j->>'pci_points_other' AS pci_points_other, j->>'gold_competency_held' AS gold_competency_held, j->>'migrated_to_partner_center' AS migrated_to_partner_center, j->>'as_of' AS as_of FROM raw)" "$W")
);
S
;;
esac
