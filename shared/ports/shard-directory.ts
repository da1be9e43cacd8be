import type { ShardId } from '../log/keys.ts';

/** Knows which shards the input stream has. */
export interface ShardDirectory {
  /** Every shard that may still deliver records. May lag behind a reshard. */
  list(): Promise<readonly ShardId[]>;
}
