import type { SourceClocks } from './source-clock.ts';

/** How far one shard has come: what its newest commit says of all records up to there. Times are epoch milliseconds. */
export interface ShardProgress {
  readonly clocks: SourceClocks;
  /** Arrival of the shard's first and of its newest record. In between, nothing has arrived but what is committed. */
  readonly arrivedFromMs: number;
  readonly arrivedToMs: number;
  /** When the newest commit was made. */
  readonly committedAtMs: number;
}
