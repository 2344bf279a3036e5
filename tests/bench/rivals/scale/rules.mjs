// N dated rules over 20 competencies x 2 levels; within a pair the date windows
// are disjoint and cover 2020-07-01..2022-06-30. A record matches at most one rule.
import { createRequire } from 'module';
const require = createRequire(import.meta.url);
const { days, text } = require('../decide.js');
export const COMP = ['cloud_business_applications', 'application_development', 'application_integration', 'cloud_platform', 'cloud_productivity', 'collaboration_and_content', 'communications', 'data_analytics', 'data_platform', 'datacenter', 'devops', 'enterprise_mobility_management', 'enterprise_resource_planning', 'messaging', 'project_and_portfolio_management', 'security', 'small_and_midmarket_cloud_solutions', 'windows_and_devices', 'oem', 'learning'];
export function rules(n) {
  const lo = days('2020-07-01'), span = 730, out = [];
  const W = Math.ceil(n / 40);
  for (let i = 0; i < n; i++) {
    const g = i % 40, k = Math.floor(i / 40);
    out.push({ id: i + 1, competency: COMP[g % 20], level: g < 20 ? 'silver' : 'gold', from: text(lo + Math.floor(span * k / W)), to: text(lo + Math.floor(span * (k + 1) / W) - 1), points: i % 50 + 1 });
  }
  return out;
}
if (process.argv[1] && process.argv[1].endsWith('rules.mjs')) for (const r of rules(+process.argv[2])) console.log([r.id, r.competency, r.level, r.from, r.to, r.points].join(','));
