/** `npm run simulate`: histories from seeds, each with all that may go wrong, until one breaks a promise or all have kept them. */
import { availableParallelism } from 'node:os';
import { Command, InvalidArgumentError } from 'commander';
import { FAULT_KINDS, type FaultKind, FAULTS } from './faults.ts';
import { PLANTED_BUGS } from './planted/planted-bugs.ts';
import { runSeed } from './run-seed.ts';
import { runSeeds } from './seed-pool.ts';
import type { SeedFailure } from './seed-worker.ts';
import { seconds, Total } from './total.ts';

interface Options {
  readonly seeds?: number;
  readonly seed?: number;
  readonly trace?: boolean;
  readonly faults: readonly FaultKind[];
  readonly threads: number;
  readonly planted?: boolean;
}

const SEEDS = 100;
const SEEDS_PLANTED = 10_000;
const TRACE_LINES = 40;
const FAILURES_MAX = 3;

const say = (line: string) => process.stderr.write(`${line}\n`);

await new Command('simulate')
  .description(
    'Runs the whole pipeline in virtual time, one history a seed, with faults at every call, and compares what comes out with a reference.',
  )
  .option('--seeds <n>', `how many histories; ${SEEDS} by default, 1 with --seed`, wholeNumber)
  .option('--seed <n>', 'the first seed; by default one that was never used, and is printed', wholeNumber)
  .option('--trace', 'of a history that fails, everything that happened; of --seed alone, in any case')
  .option('--faults <list>', 'what may go wrong, with commas between; or none', faultKinds, FAULT_KINDS)
  .option('--threads <n>', 'how many threads', wholeNumber, availableParallelism())
  .option('--planted', `how many seeds it takes to find each of the planted bugs, up to ${SEEDS_PLANTED} or --seeds`)
  .addHelpText('after', `\nFaults:\n${FAULT_KINDS.map((kind) => `  ${kind.padEnd(16)} ${FAULTS[kind]}`).join('\n')}`)
  .action(async (options: Options) => (options.planted === true ? findPlantedBugs(options) : simulate(options)))
  .parseAsync();
// Functions that were killed have left timers of their middleware behind, up to a minute long.
process.exit();

async function simulate({ seed, seeds = seed === undefined ? SEEDS : 1, trace = false, faults, threads }: Options): Promise<void> {
  const from = seed ?? Math.floor(Date.now() / 1_000);
  if (seed !== undefined && seeds === 1) return simulateOne(from, faults, trace);
  say(`seeds ${from} to ${from + seeds - 1}, on ${threads} threads`);
  const startedAtMs = performance.now();
  const total = new Total();
  await runSeeds(from, from + seeds, threads, { faults, ...(trace ? {} : { traceLines: TRACE_LINES }) }, (report) => {
    total.add(report);
    if (report.failure !== undefined) showFailure(report.seed, report.failure, faults);
    if (total.histories % Math.ceil(seeds / 10) === 0) say(`${total.histories} of ${seeds} histories, ${seconds(startedAtMs)} s`);
    return total.failures < FAILURES_MAX;
  });
  process.stdout.write(`${total.lines(startedAtMs).join('\n')}\n`);
  if (total.failures > 0) process.exitCode = 1;
  return undefined;
}

async function simulateOne(seed: number, faults: readonly FaultKind[], isTraced: boolean): Promise<void> {
  const startedAtMs = performance.now();
  const { violation, events, panes, present, faults: counts, trace } = await runSeed(seed, faults);
  if (isTraced || violation !== undefined) process.stdout.write(`${trace(isTraced ? undefined : TRACE_LINES).join('\n')}\n`);
  const total = new Total();
  total.add({ seed, events, panes, faults: counts });
  process.stdout.write(`seed ${seed} may have: ${present.join(', ') || 'no faults'}\n${total.lines(startedAtMs).join('\n')}\n`);
  if (violation === undefined) return;
  say(`seed ${seed}: ${violation.message}`);
  process.exitCode = 1;
}

function showFailure(seed: number, { message, present, replays, trace }: SeedFailure, faults: readonly FaultKind[]): void {
  process.stdout.write(`${trace.join('\n')}\n`);
  say(`seed ${seed}: ${message}`);
  say(`  it may have: ${present.join(', ') || 'no faults'}`);
  const allowed = faults.length === FAULT_KINDS.length ? '' : ` --faults ${faults.join(',') || 'none'}`;
  say(`  again, and all that happened: npm run simulate -- --seed ${seed}${allowed} --trace`);
  if (!replays) say('  a second run came to another end: something in it is not decided by the seed, and that is to be found first');
}

async function findPlantedBugs({ seeds = SEEDS_PLANTED, seed = 1, faults }: Options): Promise<void> {
  let missed = 0;
  for (const [name, mistake] of Object.entries(PLANTED_BUGS)) {
    let tried = 0;
    let found: string | undefined;
    while (tried < seeds && found === undefined) found = (await runSeed(seed + tried++, faults, mistake)).violation?.message;
    if (found === undefined) missed++;
    process.stdout.write(`| ${name} | ${found === undefined ? `not in ${tried}` : tried} | ${(found ?? '').slice(0, 120)} |\n`);
  }
  if (missed > 0) process.exitCode = 1;
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value >= 2 ** 32)
    throw new InvalidArgumentError('It must be a whole number from 1 to 4294967295.');
  return value;
}

function faultKinds(text: string): readonly FaultKind[] {
  if (text === 'none') return [];
  const kinds = text.split(',').map((kind) => kind.trim());
  const unknown = kinds.find((kind) => !Object.hasOwn(FAULTS, kind));
  if (unknown !== undefined)
    throw new InvalidArgumentError(`There is no fault '${unknown}'; there are: ${FAULT_KINDS.join(', ')}, or none.`);
  return kinds as FaultKind[];
}
