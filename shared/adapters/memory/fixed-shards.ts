import type { ShardId } from '../../log/keys.ts';
import type { ShardDirectory } from '../../ports/shard-directory.ts';

/** A stream whose shards never change. */
export function fixedShards(...shards: readonly ShardId[]): ShardDirectory {
  return { list: async () => shards };
}
