import { MergeShardsCommand, PutRecordsCommand, SplitShardCommand } from '@aws-sdk/client-kinesis';
import { expect, test } from 'vitest';
import { startLocalAws } from '../../../local/emulators/local-aws.ts';
import { EventSourceMapping } from '../../../local/event-source-mapping/event-source-mapping.ts';
import { createStream, waitUntilStreamIsActive } from '../../../local/provisioning/stream.ts';
import { readStream } from '../../../local/stream-reader.ts';
import { unexpected } from '../unexpected.ts';

const streamName = 'events';
/** Shard 0 is split into 1 and 2, which are merged into 3. */
const GENERATION_OF_SHARD = [0, 1, 1, 2];
const MIDDLE_HASH_KEY = (2n ** 127n).toString();

test('parents are delivered to their end before their children, through a split and a merge', async () => {
  const aws = await startLocalAws();
  const put = async (count: number) => {
    const records = Array.from({ length: count }, (_, index) => ({ PartitionKey: `key ${index}`, Data: Buffer.from('x') }));
    await aws.kinesis.send(new PutRecordsCommand({ StreamName: streamName, Records: records }));
  };
  await createStream(aws.kinesis, { streamName, shardCount: 1 });

  const delivered: string[] = [];
  const mapping = await EventSourceMapping.start({
    kinesis: aws.kinesis,
    streamName,
    startingPosition: 'TRIM_HORIZON',
    configuration: { batchSize: 3 },
    pollIntervalMs: 5,
    // Only the end of a parent may lead to its children here.
    shardDiscoveryMs: 60_000,
    onError: unexpected,
    target: {
      functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:in-process',
      invoke: async ({ Records }) => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        delivered.push(...Records.map(({ eventID }) => (eventID.split(':')[0] as string).replace(/^shardId-0*(?=\d)/, '')));
        return { kind: 'returned', requestId: 'id', response: null };
      },
    },
  });

  await put(20);
  await aws.kinesis.send(
    new SplitShardCommand({ StreamName: streamName, ShardToSplit: 'shardId-000000000000', NewStartingHashKey: MIDDLE_HASH_KEY }),
  );
  await waitUntilStreamIsActive(aws.kinesis, streamName);
  await put(20);
  await aws.kinesis.send(
    new MergeShardsCommand({
      StreamName: streamName,
      ShardToMerge: 'shardId-000000000001',
      AdjacentShardToMerge: 'shardId-000000000002',
    }),
  );
  await waitUntilStreamIsActive(aws.kinesis, streamName);
  await put(20);
  await mapping.caughtUp();
  await mapping.stop();

  expect(delivered).toHaveLength(60);
  const generations = delivered.map((shard) => GENERATION_OF_SHARD[Number(shard)] as number);
  expect(generations).toEqual(generations.toSorted((a, b) => a - b));
  expect(new Set(delivered)).toEqual(new Set(['0', '1', '2', '3']));

  const read: string[] = [];
  for await (const { shardId } of readStream({ kinesis: aws.kinesis, streamName, endAtTip: true })) read.push(shardId);
  expect(read).toHaveLength(60);
  expect(read.lastIndexOf('shardId-000000000000')).toBe(19);
  expect(read.indexOf('shardId-000000000003')).toBe(40);
  await aws.stop();
});
