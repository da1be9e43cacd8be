/** `npm run load -- --events 1000000 --shards 8`: an hour of events in a minute or so, and whether all came out right in a heap that stays as it is. */
import { Command, Option } from 'commander';
import { decimal, durationOption, wholeNumber } from '../../../cli/option-values.ts';
import { conservationDifference } from '../../../shared/log/counts.ts';
import { runLoad } from './run-load.ts';

const options = new Command('npm run load --')
  .description('Payments as fast as the emulators take them: whether every result is right, and the heap stays as it is.')
  .option('--events <number>', 'how many', wholeNumber, 200_000)
  .option('--shards <number>', 'of the input stream', wholeNumber, 4)
  .option('--accounts <number>', 'keys', wholeNumber, 500)
  .addOption(
    new Option('--span <duration>', 'how much event time they take, a minute at least').argParser(durationOption).default(3_600_000, '1h'),
  )
  .option('--seed <number>', 'other payments', decimal, 1)
  .addHelpText('after', '\nExit code 1 when a result is not that of a plain computation, or the heap grows.')
  .parse()
  .opts<{ events: number; shards: number; accounts: number; span: number; seed: number }>();

const { report, results, memory, complaints, tookMs } = await runLoad({
  events: options.events,
  shards: options.shards,
  accounts: options.accounts,
  spanMs: options.span,
  seed: options.seed,
  onTrouble: (error) => process.stderr.write(`${error instanceof Error ? error.message : String(error)}; it is tried again\n`),
});

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const { counts, panesFired } = report;
const { read, ...parts } = counts;
const lines: readonly (readonly [what: string, found: string])[] = [
  [
    'events',
    `${whole.format(read)} of ${whole.format(options.span / 60_000)} minutes on ${options.shards} shards, in ${whole.format(tookMs / 1000)} s: ${whole.format((read * 1000) / tookMs)} a second`,
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
