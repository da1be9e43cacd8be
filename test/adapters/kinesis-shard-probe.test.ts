import {
  type KinesisClient,
  MergeShardsCommand,
  ProvisionedThroughputExceededException,
  PutRecordCommand,
  ResourceNotFoundException,
  SplitShardCommand,
} from '@aws-sdk/client-kinesis';
import { describe, expect, test } from 'vitest';
import { startLocalAws } from '../../local/emulators/local-aws.ts';
import { createStream, waitUntilStreamIsActive } from '../../local/provisioning/stream.ts';
import { KinesisShardProbe } from '../../shared/adapters/kinesis/kinesis-shard-probe.ts';
import { kinesisShardDirectory } from '../../shared/adapters/kinesis/kinesis-shard-directory.ts';
import type { SequenceNumber } from '../../shared/log/sequence-number.ts';
import type { ShardId } from '../../shared/watermarks/shard.ts';

const SHARD = 'shardId-000000000000' as ShardId;
const RECORD = { Data: new Uint8Array(), SequenceNumber: '1' };

/** A probe whose stream answers as told; the reads it took. */
function answered(...answers: readonly object[]) {
  const inputs: object[] = [];
  const send = async ({ input }: { input: object }) => {
    inputs.push(input);
    if (inputs.length === 1) return { ShardIterator: 'start' };
    const answer = answers[inputs.length - 2] ?? { Records: [], NextShardIterator: 'more', MillisBehindLatest: 5 };
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { probe: new KinesisShardProbe({ send } as unknown as KinesisClient, 'events'), inputs };
}

const EMPTY = { Records: [], NextShardIterator: 'more', MillisBehindLatest: 0 };

describe('what a shard’s answers prove', () => {
  test.each([
    ['a record', [{ ...EMPTY, Records: [RECORD] }], { kind: 'records' }],
    ['nothing at the tip, twice', [EMPTY, EMPTY], { kind: 'empty' }],
    [
      'nothing on the way, then a record',
      [
        { ...EMPTY, MillisBehindLatest: 9 },
        { ...EMPTY, Records: [RECORD] },
      ],
      { kind: 'records' },
    ],
    ['nothing on the way, and no tip in sight', [], { kind: 'records' }],
    [
      'nothing at the tip, then the end',
      [EMPTY, { Records: [], ChildShards: [{ ShardId: 'c', ParentShards: ['a', 'b'] }] }],
      { kind: 'ended', children: [{ id: 'c', parents: ['a', 'b'] }] },
    ],
    ['the end, with the last record', [{ Records: [RECORD] }], { kind: 'records' }],
    ['no such shard', [new ResourceNotFoundException({ message: '', $metadata: {} })], { kind: 'gone' }],
    ['too many readers', [new ProvisionedThroughputExceededException({ message: '', $metadata: {} })], { kind: 'unknown' }],
  ])('%s', async (_what, answers, proof) => {
    expect(await answered(...answers).probe.probe(SHARD, undefined)).toEqual(proof);
  });

  test('anything else that goes wrong is thrown', async () => {
    await expect(answered(new Error('access denied')).probe.probe(SHARD, undefined)).rejects.toThrow('access denied');
  });

  test('it is asked for one record, just after the last one', async () => {
    const { probe, inputs } = answered(EMPTY, EMPTY);
    await probe.probe(SHARD, '7' as SequenceNumber);
    expect(inputs).toEqual([
      { StreamName: 'events', ShardId: SHARD, ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', StartingSequenceNumber: '7' },
      { ShardIterator: 'start', Limit: 1 },
      { ShardIterator: 'more', Limit: 1 },
    ]);
  });
});

test('on a stream: empty, lagging, ended after a split and after a merge, and no such shard', async () => {
  const aws = await startLocalAws();
  const streamName = 'events';
  await createStream(aws.kinesis, { streamName, shardCount: 1 });
  const probe = new KinesisShardProbe(aws.kinesis, streamName);
  const put = async () => {
    const { SequenceNumber } = await aws.kinesis.send(
      new PutRecordCommand({ StreamName: streamName, PartitionKey: 'a', Data: new Uint8Array([1]) }),
    );
    return SequenceNumber as SequenceNumber;
  };
  const kindOf = async (shard: string, after?: SequenceNumber) => (await probe.probe(shard as ShardId, after)).kind;

  expect(await kindOf(SHARD)).toBe('empty');
  const first = await put();
  expect(await kindOf(SHARD)).toBe('records');
  expect(await kindOf(SHARD, first)).toBe('empty');
  const second = await put();
  expect(await kindOf(SHARD, first)).toBe('records');

  const NewStartingHashKey = (2n ** 127n).toString();
  await aws.kinesis.send(new SplitShardCommand({ StreamName: streamName, ShardToSplit: SHARD, NewStartingHashKey }));
  await waitUntilStreamIsActive(aws.kinesis, streamName);
  expect(await kindOf(SHARD, first)).toBe('records');
  expect(await kindOf(SHARD, second)).toBe('ended');
  expect(await kindOf('shardId-000000000001')).toBe('empty');

  const merge = { ShardToMerge: 'shardId-000000000001', AdjacentShardToMerge: 'shardId-000000000002' };
  await aws.kinesis.send(new MergeShardsCommand({ StreamName: streamName, ...merge }));
  await waitUntilStreamIsActive(aws.kinesis, streamName);
  expect(await kindOf('shardId-000000000002')).toBe('ended');
  expect(await kindOf('shardId-000000000042')).toBe('gone');
  expect(await kinesisShardDirectory(aws.kinesis, streamName).list()).toEqual([
    { id: SHARD, parents: [] },
    { id: 'shardId-000000000001', parents: [SHARD] },
    { id: 'shardId-000000000002', parents: [SHARD] },
    { id: 'shardId-000000000003', parents: ['shardId-000000000001', 'shardId-000000000002'] },
  ]);
  await aws.stop();
});
