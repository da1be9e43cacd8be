import { runSeed } from './run-seed.ts';
import { FAULT_KINDS } from './faults.ts';
const [from, n, faults] = process.argv.slice(2);
const allowed = faults === 'none' ? [] : faults === undefined ? FAULT_KINDS : faults.split(',');
const t = performance.now(); let bad = 0, ev = 0, panes = 0;
for (let s = Number(from); s < Number(from) + Number(n); s++) {
  const r = await runSeed(s, allowed as never);
  ev += r.events; panes += r.panes;
  if (r.violation) { bad++; console.log(s, r.events, r.violation.message, r.present.join(',')); if (process.env.T) console.log(r.trace(Number(process.env.T)).join('\n'), r.violation.cause); }
}
console.log({ bad, ev, panes, ms: performance.now() - t, cpu: process.cpuUsage().user/1e6 });
