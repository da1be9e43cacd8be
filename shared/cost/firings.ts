import type { Batching } from './batching.ts';
import { distinctKeys } from './distinct-keys.ts';
import { MONTH_S } from './month.ts';
import type { Workload } from './workload.ts';

/** How often fire runs in a month, and what leaves. Of one lane, but for the panes. */
export interface Firings {
  readonly ticks: number;
  /** Every shard that passes the end of a window wakes fire; the last of them lets it close. */
  readonly wakes: number;
  /** That panes leave with. */
  readonly epochs: number;
  /** Of all lanes together. */
  readonly panes: number;
}

export function firings(workload: Workload, { batchesPerS }: Batching): Firings {
  const { rate, keys, windowMs, slideMs, shards, tickMs } = workload;
  const ends = (MONTH_S * 1_000) / slideMs;
  const batches = batchesPerS * MONTH_S;
  const panes = ends * distinctKeys(keys, (rate * windowMs) / 1_000);
  return {
    ticks: (MONTH_S * 1_000) / tickMs,
    wakes: Math.min(ends * shards, batches),
    // Windows that end within one batch close with it; a window that nothing came for does not close.
    epochs: Math.min(ends, batches / shards, panes),
    panes,
  };
}
