import type { Shard } from '../watermarks/shard.ts';

/** Knows which shards the input stream has. */
export interface ShardDirectory {
  /** Every shard that may still deliver records, with its parents. May lag behind a reshard, but never shows only a part of one. */
  list(): Promise<readonly Shard[]>;
}
