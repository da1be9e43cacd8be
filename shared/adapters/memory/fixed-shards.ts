import type { ShardDirectory } from '../../ports/shard-directory.ts';
import type { ShardId } from '../../watermarks/shard.ts';

/** A stream whose shards never change. */
export function fixedShards(...ids: readonly ShardId[]): ShardDirectory {
  return { list: async () => ids.map((id) => ({ id, parents: [] })) };
}
