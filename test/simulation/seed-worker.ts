/** Runs seeds in a thread of its own: a seed comes in, what became of it goes out. */
import { parentPort, workerData } from 'node:worker_threads';
import type { FaultKind } from './faults.ts';
import { runSeed, type SeedResult } from './run-seed.ts';

/** What is left of a run when it has crossed from one thread to another. */
export interface SeedReport {
  readonly seed: number;
  readonly events: number;
  readonly panes: number;
  readonly faults: ReadonlyMap<FaultKind, number>;
  readonly failure?: SeedFailure;
}

export interface SeedFailure {
  readonly message: string;
  /** Faults that could happen in this history. */
  readonly present: readonly FaultKind[];
  /** Whether a second run came to the same end at the same step. */
  readonly replays: boolean;
  readonly trace: readonly string[];
}

export interface WorkerOptions {
  readonly faults: readonly FaultKind[];
  /** Lines of the trace; all of them when absent. */
  readonly traceLines?: number;
}

const { faults, traceLines } = workerData as WorkerOptions;

// Calls that fail by the thousand would each pay for a stack that nobody reads; the history of one seed runs in the main thread, with stacks.
Error.stackTraceLimit = 0;

parentPort?.on('message', (seed: number) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  void report(seed).then((done) => parentPort?.postMessage(done));
});

async function report(seed: number): Promise<SeedReport> {
  const result = await runSeed(seed, faults);
  const { events, panes, faults: counts } = result;
  return { seed, events, panes, faults: counts, ...(result.violation === undefined ? {} : { failure: await failure(result) }) };
}

async function failure({ seed, violation, events, present, trace }: SeedResult): Promise<SeedFailure> {
  const again = await runSeed(seed, faults);
  const replays = again.events === events && again.violation?.message === violation?.message;
  return { message: violation?.message ?? '', present, replays, trace: trace(traceLines) };
}
