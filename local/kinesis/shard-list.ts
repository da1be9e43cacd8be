import { type KinesisClient, ListShardsCommand } from '@aws-sdk/client-kinesis';
import type { ShardLineage } from './shard-lineage.ts';

/** Every shard of the stream that still holds records, open and closed ones. */
export async function listShards(kinesis: KinesisClient, streamName: string): Promise<ShardLineage[]> {
  const shards: ShardLineage[] = [];
  let nextToken: string | undefined;
  do {
    // A next token stands for the stream, too: AWS refuses both at once. kinesalite lists everything in one page.
    const page = await kinesis.send(new ListShardsCommand(nextToken === undefined ? { StreamName: streamName } : { NextToken: nextToken }));
    for (const { ShardId: shardId = '', ParentShardId: parent, AdjacentParentShardId: adjacent } of page.Shards ?? []) {
      shards.push({ shardId, parentShardIds: [parent, adjacent].filter((id) => id !== undefined) });
    }
    nextToken = page.NextToken;
  } while (nextToken !== undefined);
  return shards;
}
