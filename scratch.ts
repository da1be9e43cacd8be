import { measureSizes } from './bench/cost/sizes.ts';
import { monthlyCost } from './shared/cost/monthly-cost.ts';
import { settleWorkload } from './shared/cost/workload.ts';
import { formatCost } from './cli/cost/format-cost.ts';
const s = await measureSizes(); console.log(JSON.stringify(s));
for (const l of formatCost(monthlyCost(settleWorkload({ rate: 1000, keys: 10000, eventBytes: 200, window: '1m' })))) if (/\d\.\d\d( {2}[\d.]+ ×)?$/.test(l)) { const n = l.replace(/ {2}[\d.,]+ ×$/, '').length; if (n !== 82) console.log(n, l); }
