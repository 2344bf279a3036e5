// The renewal-2021 decision in JavaScript, and small date helpers for rivals
// whose engine has no date arithmetic.
const cacheD = new Map();
function days(s) { let v = cacheD.get(s); if (v === undefined) { v = Date.UTC(+s.slice(0, 4), +s.slice(5, 7) - 1, +s.slice(8, 10)) / 864e5; cacheD.set(s, v); } return v; }
const cacheS = new Map();
function text(d) { let v = cacheS.get(d); if (v === undefined) { v = new Date(d * 864e5).toISOString().slice(0, 10); cacheS.set(d, v); } return v; }
const addDays = (s, n) => text(days(s) + n);
function addYear(s) { const y = +s.slice(0, 4) + 1; return s.slice(5) === '02-29' ? y + '-02-28' : y + s.slice(4); }
const REASON = ['', 'R1 active: as_of is before the anniversary', 'R2 in window: 30 days after the anniversary', 'R3 renewed: requirements waived for 2021 H1', 'R4 renewed: requirements met', 'R5 renewed: points with CBA grant reach 70', 'R6 renewed: points reach 70', 'R7 lapsed: fee not paid', 'R8 lapsed: not migrated to Partner Center', 'R9 lapsed: requirements not met'];
const STATUS = ['', 'active', 'in_window', 'renewed', 'renewed', 'renewed', 'renewed', 'lapsed', 'lapsed', 'lapsed'];
const COLS = ['id', 'requirements_waived', 'granted_points', 'extension', 'window_end', 'status', 'reminder_1', 'reminder_2', 'new_anniversary', 'reason'];
const HEADER = COLS.join(',');
function decide(f) {
  const a = f.anniversary_date, adv = f.offer_type === 'advanced_specialization', comp = f.offer_type === 'competency', cba = f.competency === 'cloud_business_applications';
  const waived = a >= '2021-01-01' && a <= '2021-06-30' && (adv || (comp && !cba));
  const granted = comp && cba && a >= '2021-04-01' && a <= '2021-06-30' ? 15 : 0;
  const window_end = addDays(a, 30);
  let r;
  if (f.as_of < a) r = 1; else if (f.as_of <= window_end) r = 2;
  else if (!f.fee_paid) r = 7; else if (!f.migrated_to_partner_center) r = 8;
  else if (waived) r = 3; else if (f.requirements_met) r = 4;
  else if (f.pci_points_functional + f.pci_points_other + granted >= 70) r = granted ? 5 : 6; else r = 9;
  return { id: f.id, requirements_waived: waived, granted_points: granted, extension: waived && (comp || f.gold_competency_held) ? addYear(a) : null, window_end, status: STATUS[r], reminder_1: addDays(a, -15), reminder_2: addDays(a, 23), new_anniversary: r >= 3 && r <= 6 ? addDays(a, 365) : null, reason: REASON[r] };
}
// drives any per-record evaluator over an NDJSON file
function drive(inp, out, fn, limit) {
  const fs = require('fs');
  const fd = fs.openSync(inp), od = fs.openSync(out, 'w'), buf = Buffer.allocUnsafe(1 << 20);
  let rest = '', acc = [], n = 0;
  for (;;) {
    const k = fs.readSync(fd, buf, 0, buf.length, null);
    if (!k) break;
    const s = rest + buf.latin1Slice(0, k);
    let p = 0, q;
    while ((q = s.indexOf('\n', p)) >= 0) {
      acc.push(JSON.stringify(fn(JSON.parse(s.slice(p, q))))); p = q + 1; n++;
      if (acc.length >= 1024) { fs.writeSync(od, acc.join('\n') + '\n'); acc = []; }
    }
    rest = s.slice(p);
  }
  if (acc.length) fs.writeSync(od, acc.join('\n') + '\n');
  return n;
}
async function driveAsync(inp, out, fn) {
  const fs = require('fs');
  const lines = fs.readFileSync(inp, 'latin1').split('\n'); if (!lines[lines.length - 1]) lines.pop();
  const od = fs.openSync(out, 'w'); let acc = [];
  for (const l of lines) {
    acc.push(JSON.stringify(await fn(JSON.parse(l))));
    if (acc.length >= 1024) { fs.writeSync(od, acc.join('\n') + '\n'); acc = []; }
  }
  if (acc.length) fs.writeSync(od, acc.join('\n') + '\n');
}
module.exports = { days, text, addDays, addYear, REASON, STATUS, COLS, HEADER, decide, drive, driveAsync };
