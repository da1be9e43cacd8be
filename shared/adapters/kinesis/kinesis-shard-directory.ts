/**
 * Asks Kinesis which shards an output stream has.
 *
 * @module mullion/consumer/kinesis
 */
import { type KinesisClient, ListShardsCommand } from '@aws-sdk/client-kinesis';
import type { ShardDirectory } from '../../ports/shard-directory.ts';
import type { Shard, ShardId } from '../../watermarks/shard.ts';

/** The shards of a Kinesis stream, as `ListShards` gives them: open ones, and closed ones whose records are still kept. */
export function kinesisShardDirectory(client: KinesisClient, streamName: string): ShardDirectory {
  return {
    async list() {
      const shards: Shard[] = [];
      let nextToken: string | undefined;
      do {
        // A token stands for the stream, too; Kinesis takes one or the other.
        const page = await client.send(
          new ListShardsCommand(nextToken === undefined ? { StreamName: streamName } : { NextToken: nextToken }),
        );
        for (const { ShardId: id, ParentShardId: parent, AdjacentParentShardId: adjacent } of page.Shards ?? []) {
          shards.push({ id: id as ShardId, parents: [parent, adjacent].filter((each) => each !== undefined) as ShardId[] });
        }
        nextToken = page.NextToken;
      } while (nextToken !== undefined);
      return shards;
    },
  };
}
