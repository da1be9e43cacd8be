import { type KinesisClient, ProvisionedThroughputExceededException, ResourceNotFoundException } from '@aws-sdk/client-kinesis';
import { describe, expect, test } from 'vitest';
import { KinesisShardProbe } from '../../shared/adapters/kinesis/kinesis-shard-probe.ts';
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
