/** Kinesis numbers shards in twelve digits: `shardId-000000000003` is shard 3. */
export function shardName(shard: string): string {
  return shard.replace(/^shardId-0*(?=\d)/, 'shard ');
}
