/** What the order of reading depends on: a shard, and the shards it was split or merged from. */
export interface ShardLineage {
  readonly shardId: string;
  /** None for an original shard, one after a split, two after a merge. */
  readonly parentShardIds: readonly string[];
}

/**
 * The shards that may be read now: not started, and every parent read to its end. A parent that is no longer listed has
 * outlived the stream's retention: nothing of it is left to wait for.
 */
export function readableShards(
  listed: readonly ShardLineage[],
  started: ReadonlySet<string>,
  finished: ReadonlySet<string>,
): ShardLineage[] {
  const known = new Set(listed.map((shard) => shard.shardId));
  const isWaitedFor = (shardId: string) => known.has(shardId) && !finished.has(shardId);
  return listed.filter((shard) => !started.has(shard.shardId) && !shard.parentShardIds.some(isWaitedFor));
}
