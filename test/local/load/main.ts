/** `npm run load -- --events 1000000 --shards 8`: an hour of events in a minute or so, and whether all came out right in a heap that stays as it is. */
import { parseArgs } from 'node:util';
import { conservationDifference } from '../../../shared/log/counts.ts';
import { type Duration, durationMs } from '../../../shared/time/duration.ts';
import { runLoad } from './run-load.ts';

const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '200000' },
    shards: { type: 'string', default: '4' },
    accounts: { type: 'string', default: '500' },
    /** How much event time they take. */
    span: { type: 'string', default: '1h' },
    seed: { type: 'string', default: '1' },
  },
});

const { report, results, memory, complaints, tookMs } = await runLoad({
  events: Number(values.events),
  shards: Number(values.shards),
  accounts: Number(values.accounts),
  spanMs: durationMs(values.span as Duration, { minMs: 60_000 }),
  seed: Number(values.seed),
  onTrouble: (error) => process.stderr.write(`${error instanceof Error ? error.message : String(error)}; it is tried again\n`),
});

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const { counts, panesFired } = report;
const { read, ...parts } = counts;
const lines: readonly (readonly [what: string, found: string])[] = [
  [
    'events',
    `${whole.format(read)} of ${values.span} on ${values.shards} shards, in ${whole.format(tookMs / 1000)} s: ${whole.format((read * 1000) / tookMs)} a second`,
  ],
  [
    'accounts',
    `${Object.entries(parts)
      .map(([name, count]) => `${name} ${whole.format(count)}`)
      .join(' + ')}, difference ${conservationDifference(counts)}`,
  ],
  [
    'results',
    `${whole.format(results)} in ${whole.format(panesFired)} panes, ${complaints.length === 0 ? 'each as a plain computation has it' : `${complaints.length} complaints`}`,
  ],
  [
    'heap',
    `${memory.byThird.map((mb) => mb.toFixed(1)).join(', ')} MB after a collection, the least of each third of the run; the last may have ${memory.lastThirdMbMax.toFixed(1)}`,
  ],
];
for (const [what, found] of lines) console.log(`${what.padEnd(10)}${found}`);
for (const complaint of complaints.slice(0, 10)) console.log(`!         ${complaint}`);
if (!memory.isFlat) console.log('!         the heap grows');
process.exitCode = complaints.length === 0 && memory.isFlat ? 0 : 1;
