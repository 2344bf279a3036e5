#!/bin/bash
# pg.sh MODE IN OUT [PARALLEL_WORKERS]
#  nd    NDJSON: COPY lines as jsonb, extract, decide, write NDJSON (cold: load included)
#  csv   CSV: COPY into typed columns, decide, write CSV (cold: load included)
. "$(dirname "$0")/sql_body.sh"
DIR=${PGRIVAL:?}; W=${4:-0}
Q="psql -q -v ON_ERROR_STOP=1 -h $DIR -U postgres -d postgres"
TYPED="id bigint, offer_type text, competency text, level text, anniversary_date date, fee_paid boolean, requirements_met boolean, pci_points_functional int, pci_points_other int, gold_competency_held boolean, migrated_to_partner_center boolean, as_of date"
SET="SET max_parallel_workers_per_gather=$W; SET min_parallel_table_scan_size=0; SET parallel_setup_cost=0; SET parallel_tuple_cost=0;"
case $1 in
nd)
$Q <<S
$SET
DROP TABLE IF EXISTS raw; CREATE UNLOGGED TABLE raw(j json);
\\copy raw FROM PROGRAM 'cat $2' WITH (FORMAT csv, DELIMITER E'\x01', QUOTE E'\x02')
\\copy (SELECT row_to_json(t)::text FROM ($(body pg "(SELECT r.* FROM raw, LATERAL json_populate_record(null::ft, j) r OFFSET 0) q2" "waived" | tr '\n' ' ')) t) TO '$3'
S
;;
csv)
$Q <<S
$SET
DROP TABLE IF EXISTS g; CREATE UNLOGGED TABLE g($TYPED);
\\copy g FROM '$2' WITH (FORMAT csv, HEADER)
\\copy ($(body pg g "CASE WHEN waived THEN 'true' ELSE 'false' END" | tr '\n' ' ')) TO '$3' WITH (FORMAT csv, HEADER)
S
;;
esac
