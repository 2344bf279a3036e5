// node scale.mjs ENGINE N FACTS.ndjson [RECORDS] : one line: setup ms, ns per record, and whether the answers agree
// SCALE_MS bounds what is measured, in milliseconds; an engine ends after the record that passes it
import { createRequire } from 'module';
import { readFileSync, writeFileSync } from 'fs';
import { rules as makeRules } from './rules.mjs';
const require = createRequire(import.meta.url);
const { days } = require('../decide.js');
const [engine, nArg, factsArg, recArg] = process.argv.slice(2);
const LIMIT = +(process.env.SCALE_MS || 4000);
const N = +nArg, R = makeRules(N);
const facts = readFileSync(factsArg, 'latin1').trim().split('\n').map(JSON.parse);
const index = new Map();
for (const r of R) { const k = r.competency + '|' + r.level; if (!index.has(k)) index.set(k, []); index.get(k).push(r); }
function answer(f) { // indexed: hash on the pair, then binary search on the dates
  const a = index.get(f.competency + '|' + f.level); if (!a) return 0;
  let lo = 0, hi = a.length - 1; const d = f.anniversary_date;
  while (lo <= hi) { const m = (lo + hi) >> 1; if (d < a[m].from) hi = m - 1; else if (d > a[m].to) lo = m + 1; else return a[m].id; }
  return 0;
}
const want = facts.map(answer);
const E = {};
E.js_index = () => answer;
E.js_loop = () => (f) => { for (let i = 0; i < R.length; i++) { const r = R[i]; if (f.competency === r.competency && f.level === r.level && f.anniversary_date >= r.from && f.anniversary_date <= r.to) return r.id; } return 0; };
E.js_codegen = () => { // an if-chain in functions of 500 rules (one function of 10,000 is never optimised)
  const parts = [];
  for (let i = 0; i < R.length; i += 500) parts.push(new Function('c', 'l', 'd', R.slice(i, i + 500).map(r => `if(c==="${r.competency}"&&l==="${r.level}"&&d>="${r.from}"&&d<="${r.to}")return ${r.id};`).join('\n') + 'return 0;'));
  return (f) => { for (const p of parts) { const x = p(f.competency, f.level, f.anniversary_date); if (x) return x; } return 0; };
};
E.jre = async () => {
  const { Engine } = require('json-rules-engine');
  const e = new Engine([], {});
  for (const r of R) e.addRule({ conditions: { all: [{ fact: 'competency', operator: 'equal', value: r.competency }, { fact: 'level', operator: 'equal', value: r.level }, { fact: 'd', operator: 'greaterThanInclusive', value: days(r.from) }, { fact: 'd', operator: 'lessThanInclusive', value: days(r.to) }] }, event: { type: 'hit', params: { id: r.id } } });
  return async (f) => { const { events } = await e.run({ competency: f.competency, level: f.level, d: days(f.anniversary_date) }); return events.length ? events[0].params.id : 0; };
};
E.zen = async () => {
  const { ZenEngine } = require('@gorules/zen-engine');
  const jdm = { nodes: [{ id: 'in', type: 'inputNode', name: 'in', position: { x: 0, y: 0 } }, { id: 't', type: 'decisionTableNode', name: 't', position: { x: 0, y: 0 }, content: { hitPolicy: 'first', inputs: [{ id: 'a', name: 'c', field: 'competency' }, { id: 'b', name: 'l', field: 'level' }, { id: 'c', name: 'd', field: 'd' }], outputs: [{ id: 'o', name: 'id', field: 'id' }], rules: R.map(r => ({ _id: 'r' + r.id, a: `"${r.competency}"`, b: `"${r.level}"`, c: `[${days(r.from)}..${days(r.to)}]`, o: String(r.id) })) } }, { id: 'out', type: 'outputNode', name: 'out', position: { x: 0, y: 0 } }], edges: [{ id: 'e1', sourceId: 'in', targetId: 't', type: 'edge' }, { id: 'e2', sourceId: 't', targetId: 'out', type: 'edge' }] };
  const d = new ZenEngine().createDecision(jdm);
  return async (f) => (await d.evaluate({ competency: f.competency, level: f.level, d: days(f.anniversary_date) })).result?.id ?? 0;
};
E.cedar = () => {
  const cedar = require('@cedar-policy/cedar-wasm/nodejs');
  const sp = {}; for (const r of R) sp['p' + r.id] = `permit(principal, action == Action::"grant", resource) when { context.competency == "${r.competency}" && context.level == "${r.level}" && context.d >= datetime("${r.from}") && context.d <= datetime("${r.to}") };`;
  const x = cedar.preparsePolicySet('s', { staticPolicies: sp }); if (x.type !== 'success') throw new Error(JSON.stringify(x).slice(0, 300));
  return (f) => { const a = cedar.statefulIsAuthorized({ principal: { type: 'P', id: 'p' }, action: { type: 'Action', id: 'grant' }, resource: { type: 'O', id: 'o' }, context: { competency: f.competency, level: f.level, d: { __extn: { fn: 'datetime', arg: f.anniversary_date } } }, preparsedPolicySetId: 's', validateRequest: false, entities: [] }); const w = a.response.diagnostics.reason; return w.length ? +w[0].slice(1) : 0; };
};
E.cedar_long = () => { // the same with day numbers instead of the datetime extension
  const cedar = require('@cedar-policy/cedar-wasm/nodejs');
  const sp = {}; for (const r of R) sp['p' + r.id] = `permit(principal, action == Action::"grant", resource) when { context.competency == "${r.competency}" && context.level == "${r.level}" && context.d >= ${days(r.from)} && context.d <= ${days(r.to)} };`;
  const x = cedar.preparsePolicySet('s', { staticPolicies: sp }); if (x.type !== 'success') throw new Error(JSON.stringify(x).slice(0, 300));
  return (f) => { const a = cedar.statefulIsAuthorized({ principal: { type: 'P', id: 'p' }, action: { type: 'Action', id: 'grant' }, resource: { type: 'O', id: 'o' }, context: { competency: f.competency, level: f.level, d: days(f.anniversary_date) }, preparsedPolicySetId: 's', validateRequest: false, entities: [] }); const w = a.response.diagnostics.reason; return w.length ? +w[0].slice(1) : 0; };
};
E.cel = async () => { // @marcbachmann/cel-js: one compiled expression a rule, first match
  const { Environment } = await import('@marcbachmann/cel-js');
  const env = new Environment().registerVariable('competency', 'string').registerVariable('level', 'string').registerVariable('anniversary_date', 'string');
  const P = R.map(r => env.parse(`competency == "${r.competency}" && level == "${r.level}" && anniversary_date >= "${r.from}" && anniversary_date <= "${r.to}"`));
  return (f) => { for (let i = 0; i < P.length; i++) if (P[i](f)) return R[i].id; return 0; };
};
E.jsonlogic = () => {
  const jl = require('json-logic-js'); jl.add_operation('ge', (a, b) => a >= b);
  const P = R.map(r => ({ and: [{ '==': [{ var: 'competency' }, r.competency] }, { '==': [{ var: 'level' }, r.level] }, { ge: [{ var: 'anniversary_date' }, r.from] }, { ge: [r.to, { var: 'anniversary_date' }] }] }));
  return (f) => { for (let i = 0; i < P.length; i++) if (jl.apply(P[i], f)) return R[i].id; return 0; };
};
E.duck_case = async () => duck(`CASE ${R.map(r => `WHEN competency='${r.competency}' AND level='${r.level}' AND anniversary_date BETWEEN DATE '${r.from}' AND DATE '${r.to}' THEN ${r.id}`).join(' ')} ELSE 0 END`);
E.duck_join = async () => duck(null);
async function duck(expr) {
  const { DuckDBInstance } = require('@duckdb/node-api');
  const c = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect();
  await c.run(`SET max_expression_depth=1000000`);
  await c.run(`CREATE TABLE f AS SELECT * FROM read_json('${factsArg}',format='newline_delimited')`);
  await c.run(`CREATE TABLE r(id INT, competency VARCHAR, level VARCHAR, d1 DATE, d2 DATE)`);
  for (let i = 0; i < R.length; i += 1000) await c.run('INSERT INTO r VALUES ' + R.slice(i, i + 1000).map(r => `(${r.id},'${r.competency}','${r.level}','${r.from}','${r.to}')`).join(','));
  const sql = (lim) => expr ? `SELECT id, ${expr} AS hit FROM f WHERE id <= ${lim} ORDER BY id` : `SELECT f.id, coalesce(r.id,0) AS hit FROM (SELECT * FROM f WHERE id <= ${lim}) f LEFT JOIN r ON f.competency=r.competency AND f.level=r.level AND f.anniversary_date BETWEEN r.d1 AND r.d2 ORDER BY f.id`;
  return { batch: async (lim) => (await (await c.runAndReadAll(sql(lim))).getRows()).map(x => Number(x[1])) };
}
const t0 = performance.now();
const m = await E[engine]();
const setup = performance.now() - t0;
let n = 0, bad = 0, t1 = performance.now();
if (m.batch) {
  const lim = recArg ? +recArg : facts.length;
  const first = await m.batch(lim); t1 = performance.now();
  const got = await m.batch(lim); n = got.length;
  const t = performance.now() - t1;
  got.forEach((x, i) => { if (x !== want[i]) bad++; });
  console.log([engine, N, n, setup.toFixed(1), (t * 1e6 / n).toFixed(0), bad ? 'DIFFER ' + bad : 'agree'].join('\t'));
} else {
  const isAsync = m.constructor.name === 'AsyncFunction';
  const warm = Math.min(facts.length, engine.startsWith('js_') ? 10000 : 20);
  for (let i = 0; i < warm && performance.now() - t1 < LIMIT; i++) { const x = isAsync ? await m(facts[i]) : m(facts[i]); }
  t1 = performance.now();
  const lim = recArg ? +recArg : facts.length, reps = engine === 'js_index' ? 50 : 1;
  for (let k = 0; k < reps; k++) for (let i = 0; i < lim; i++) {
    const x = isAsync ? await m(facts[i]) : m(facts[i]); n++;
    if (x !== want[i]) bad++;
    if (performance.now() - t1 > LIMIT && n > 2) { i = lim; k = reps; }
  }
  const t = performance.now() - t1;
  console.log([engine, N, n, setup.toFixed(1), (t * 1e6 / n).toFixed(0), bad ? 'DIFFER ' + bad : 'agree'].join('\t'));
}
