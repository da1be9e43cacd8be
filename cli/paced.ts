import { setImmediate as nextTurn } from 'node:timers/promises';
import { pause } from '../shared/adapters/pause.ts';

/** How fast time passes. */
export interface Pace<T> {
  /** When an item is due, in milliseconds after the first; never before one that comes earlier. */
  readonly dueMs: (item: T) => number;
  /** 1 as it would be lived through, 10 in a tenth of that; infinity as fast as it can be done. */
  readonly speed: number;
  /** Ends the wait, and the rest. */
  readonly signal: AbortSignal;
}

/** Items of a batch. */
export const BATCH_MAX = 500;
// Items are due at a time of their own, and go out together with those of the next moments: else each would be a batch, and a wait, of its own.
const TICK_MS = 10;

/** Items in batches of at most 500, each when its last item is due. What is behind its time comes at once. */
export async function* paced<T>(
  chunks: Iterable<readonly T[]> | AsyncIterable<readonly T[]>,
  { dueMs, speed, signal }: Pace<T>,
): AsyncGenerator<readonly T[], void, void> {
  const startedAtMs = performance.now();
  let batch: T[] = [];
  for await (const chunk of chunks) {
    for (const item of chunk) {
      const earlyMs = speed === Number.POSITIVE_INFINITY ? 0 : startedAtMs + dueMs(item) / speed - performance.now();
      if (batch.length === BATCH_MAX || (earlyMs > 0 && batch.length > 0)) {
        yield batch;
        batch = [];
        // A sink that is never busy would leave no turn to what else there is, such as Ctrl-C.
        await nextTurn();
      }
      if (earlyMs > 0) await pause(Math.max(earlyMs, TICK_MS), signal);
      if (signal.aborted) return;
      batch.push(item);
    }
  }
  if (batch.length > 0) yield batch;
}
