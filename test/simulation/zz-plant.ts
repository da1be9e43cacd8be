import { runSeed } from './run-seed.ts';
import { FAULT_KINDS } from './faults.ts';
import { PLANTED_BUGS } from './planted-bugs.ts';
const max = Number(process.argv[2] ?? 300);
for (const [name, bug] of Object.entries(PLANTED_BUGS)) {
  if (process.argv[3] && !name.includes(process.argv[3])) continue;
  const t = performance.now();
  let s = 1; let v;
  for (; s <= max; s++) { const r = await runSeed(s, FAULT_KINDS, bug); if (r.violation) { v = r.violation; break; } }
  console.log(`${v ? s : 'NOT FOUND'}\t${((performance.now()-t)/1000).toFixed(1)}s\t${name}\t${v?.message.slice(0, 160)}`);
}
