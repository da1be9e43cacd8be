import { readFileSync } from 'node:fs';
import { refusedEvents, runHostile } from './hostile-run.ts';

// A process of its own, so that a blow-up ends it, and not the tests: says what so many records like the one in a file came to, and how much memory that took at most.
const [, , path = '', times = '1'] = process.argv;
const record = readFileSync(path);
const { report, refusals } = await runHostile(Array.from({ length: Number(times) }, () => record));
const memoryMb = Math.ceil(process.resourceUsage().maxRSS / 1024);
process.stdout.write(
  JSON.stringify({ counts: report.counts, refusedEvents: refusedEvents(refusals), documents: refusals.length, memoryMb }),
);
