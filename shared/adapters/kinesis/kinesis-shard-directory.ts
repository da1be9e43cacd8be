import { type KinesisClient, ListShardsCommand } from '@aws-sdk/client-kinesis';
import type { ShardId } from '../../log/keys.ts';
import type { ShardDirectory } from '../../ports/shard-directory.ts';

/** The shards of a Kinesis stream, as `ListShards` gives them: open ones, and closed ones whose records are still kept. */
export function kinesisShardDirectory(client: KinesisClient, streamName: string): ShardDirectory {
  return {
    async list() {
      const shards: ShardId[] = [];
      let nextToken: string | undefined;
      do {
        // A token stands for the stream, too; Kinesis takes one or the other.
        const page = await client.send(
          new ListShardsCommand(nextToken === undefined ? { StreamName: streamName } : { NextToken: nextToken }),
        );
        for (const { ShardId: shard } of page.Shards ?? []) shards.push(shard as ShardId);
        nextToken = page.NextToken;
      } while (nextToken !== undefined);
      return shards;
    },
  };
}
