import { World } from './world.ts';
import { FAULT_KINDS } from './faults.ts';
import { drawWorkload } from './workload.ts';
const w = new World(Number(process.argv[2]), FAULT_KINDS);
const l = drawWorkload(w.random, w.faults);
for (const [n, o] of Object.entries(l.pipeline.options.windows)) console.log(n, o.window.describe(), 'late', o.allowedLateness, 'early', o.trigger?.early?.describe?.(), 'lateTrig', o.trigger?.late?.describe?.(), o.trigger?.onTime, o.accumulation, o.where ? 'narrow' : '');
console.log(l.idleTimeoutMs, l.sources, l.hasMarkers);
