// node duckdb.js IN OUT THREADS
// IN .ndjson or .csv, OUT .ndjson or .csv. One SQL statement, streaming COPY.
const { DuckDBInstance } = require('@duckdb/node-api');
const [inp, out, threads] = process.argv.slice(2);
const COLS = `{id:'BIGINT',offer_type:'VARCHAR',competency:'VARCHAR',level:'VARCHAR',anniversary_date:'DATE',fee_paid:'BOOLEAN',requirements_met:'BOOLEAN',pci_points_functional:'INTEGER',pci_points_other:'INTEGER',gold_competency_held:'BOOLEAN',migrated_to_partner_center:'BOOLEAN',as_of:'DATE'}`;
const src = inp.endsWith('.csv') ? `read_csv('${inp}',header=true,columns=${COLS})` : `read_json('${inp}',format='newline_delimited',columns=${COLS})`;
const decide = (src) => `
WITH a AS (SELECT *,
   (anniversary_date BETWEEN DATE '2021-01-01' AND DATE '2021-06-30') AND (offer_type='advanced_specialization' OR (offer_type='competency' AND competency<>'cloud_business_applications')) AS waived,
   CASE WHEN offer_type='competency' AND competency='cloud_business_applications' AND anniversary_date BETWEEN DATE '2021-04-01' AND DATE '2021-06-30' THEN 15 ELSE 0 END AS granted
   FROM ${src}),
 b AS (SELECT *, CASE
   WHEN as_of < anniversary_date THEN 1
   WHEN as_of <= anniversary_date + 30 THEN 2
   WHEN NOT fee_paid THEN 7
   WHEN NOT migrated_to_partner_center THEN 8
   WHEN waived THEN 3
   WHEN requirements_met THEN 4
   WHEN pci_points_functional + pci_points_other + granted >= 70 THEN (CASE WHEN granted > 0 THEN 5 ELSE 6 END)
   ELSE 9 END AS r FROM a)
SELECT id, waived AS requirements_waived, granted AS granted_points,
  CASE WHEN waived AND (offer_type='competency' OR gold_competency_held) THEN (anniversary_date + INTERVAL 1 YEAR)::DATE END AS extension,
  anniversary_date + 30 AS window_end,
  CASE WHEN r=1 THEN 'active' WHEN r=2 THEN 'in_window' WHEN r<7 THEN 'renewed' ELSE 'lapsed' END AS status,
  anniversary_date - 15 AS reminder_1, anniversary_date + 23 AS reminder_2,
  CASE WHEN r BETWEEN 3 AND 6 THEN anniversary_date + 365 END AS new_anniversary,
  CASE r WHEN 1 THEN 'R1 active: as_of is before the anniversary' WHEN 2 THEN 'R2 in window: 30 days after the anniversary'
   WHEN 3 THEN 'R3 renewed: requirements waived for 2021 H1' WHEN 4 THEN 'R4 renewed: requirements met'
   WHEN 5 THEN 'R5 renewed: points with CBA grant reach 70' WHEN 6 THEN 'R6 renewed: points reach 70'
   WHEN 7 THEN 'R7 lapsed: fee not paid' WHEN 8 THEN 'R8 lapsed: not migrated to Partner Center'
   ELSE 'R9 lapsed: requirements not met' END AS reason
FROM b`;
const copy = (q) => `COPY (${q}) TO '${out}' ` + (out.endsWith('.csv') ? `(FORMAT CSV, HEADER)` : `(FORMAT JSON)`);
(async () => {
  const db = await DuckDBInstance.create(':memory:', { threads: threads || '1' });
  const c = await db.connect();
  await c.run(copy(decide(src)));
})();
