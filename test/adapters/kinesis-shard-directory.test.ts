import type { KinesisClient, ListShardsCommand, ListShardsCommandInput } from '@aws-sdk/client-kinesis';
import { expect, test } from 'vitest';
import { kinesisShardDirectory } from '../../shared/adapters/kinesis/kinesis-shard-directory.ts';

test('a stream’s shards are listed page by page; a page after the first is asked for by its token alone', async () => {
  const asked: ListShardsCommandInput[] = [];
  const pages = [
    { Shards: [{ ShardId: 'a' }, { ShardId: 'b' }], NextToken: 'more' },
    { NextToken: 'and more' },
    { Shards: [{ ShardId: 'c' }] },
  ];
  const client = {
    send: async ({ input }: ListShardsCommand) => {
      asked.push(input);
      return pages[asked.length - 1];
    },
  };
  expect(await kinesisShardDirectory(client as unknown as KinesisClient, 'events').list()).toEqual(['a', 'b', 'c']);
  expect(asked).toEqual([{ StreamName: 'events' }, { NextToken: 'more' }, { NextToken: 'and more' }]);
});
