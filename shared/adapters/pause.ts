import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Waits `ms` milliseconds (not at all when negative), or less when the signal is aborted. Being stopped is no error here: callers look at
 * the signal.
 */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await sleep(Math.max(0, ms), undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    if (signal?.aborted !== true) throw error;
  }
}

/** The wait before the n-th attempt in a row after a failure (n from 1): doubles from `firstMs` up to `maxMs`. */
export function backoffMs(failuresInARow: number, { firstMs, maxMs }: { firstMs: number; maxMs: number }): number {
  return Math.min(maxMs, firstMs * 2 ** Math.min(failuresInARow - 1, 30));
}
