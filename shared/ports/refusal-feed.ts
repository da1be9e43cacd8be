import type { Refusal } from '../log/refusal.ts';

/** What reaches the side stream, for somebody who watches. Nothing depends on it: it may leave out, and tell again. */
export interface RefusalFeed {
  /** What has come since the last call, oldest first of each shard; at the first call, some of what came before. Nothing where the stream is busy. */
  read(): Promise<readonly Refusal[]>;
}
