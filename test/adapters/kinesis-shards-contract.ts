import { type KinesisClient, ListShardsCommand } from '@aws-sdk/client-kinesis';
import { describe, expect, test } from 'vitest';
import { listShards } from '../../local/kinesis/shard-list.ts';
import { ShardReader, type ShardPosition } from '../../local/kinesis/shard-reader.ts';
import { kinesisShardDirectory } from '../../shared/adapters/kinesis/kinesis-shard-directory.ts';
import { KinesisShardProbe } from '../../shared/adapters/kinesis/kinesis-shard-probe.ts';
import type { SequenceNumber } from '../../shared/log/sequence-number.ts';
import type { ShardId } from '../../shared/watermarks/shard.ts';
import { TestStream } from '../engines/test-stream.ts';

/** `shardId-000000000007` */
const shardId = (number: number) => `shardId-${String(number).padStart(12, '0')}` as ShardId;
const [FIRST, LEFT, RIGHT, MERGED] = [0, 1, 2, 3].map(shardId) as [ShardId, ShardId, ShardId, ShardId];
const UPPER_HALF = 2n ** 127n;

/**
 * What the shards of a stream look like through our adapters, on every engine that stands in for Kinesis: while they are open, empty,
 * split, merged, and closed.
 *
 * @param namesChildren Whether an engine tells a reader at the end of a shard what its children are.
 */
export function kinesisShardsContract(kinesis: () => KinesisClient, { namesChildren }: { readonly namesChildren: boolean }): void {
  const open = async () => {
    const stream = await TestStream.create(kinesis());
    const probe = new KinesisShardProbe(stream.kinesis, stream.name);
    const behind = async (shard: ShardId, after?: SequenceNumber) => probe.probe(shard, after);
    return { stream, behind, directory: kinesisShardDirectory(stream.kinesis, stream.name) };
  };
  const ended = (...children: { id: ShardId; parents: ShardId[] }[]) => ({ kind: 'ended', children: namesChildren ? children : [] });

  describe('a shard', () => {
    test('that nobody wrote to is empty; one that was read to its end is, too; one that was not has records', async () => {
      const { stream, behind } = await open();
      expect(await behind(FIRST)).toEqual({ kind: 'empty' });
      const first = await stream.put();
      expect(await behind(FIRST)).toEqual({ kind: 'records' });
      expect(await behind(FIRST, first)).toEqual({ kind: 'empty' });
      const second = await stream.put();
      expect(await behind(FIRST, first)).toEqual({ kind: 'records' });
      expect(await behind(FIRST, second)).toEqual({ kind: 'empty' });
    });

    test('that never was is gone', async () => {
      const { behind } = await open();
      expect(await behind(shardId(42))).toEqual({ kind: 'gone' });
    });

    test('that was split ends behind its last record, not before; the directory knows its children', async () => {
      const { stream, behind, directory } = await open();
      const first = await stream.put();
      const last = await stream.put();
      await stream.split(FIRST);
      expect(await behind(FIRST, first)).toEqual({ kind: 'records' });
      expect(await behind(FIRST, last)).toEqual(ended({ id: LEFT, parents: [FIRST] }, { id: RIGHT, parents: [FIRST] }));
      expect(await behind(LEFT)).toEqual({ kind: 'empty' });
      const inRight = await stream.put(UPPER_HALF);
      expect(await behind(LEFT)).toEqual({ kind: 'empty' });
      expect(await behind(RIGHT)).toEqual({ kind: 'records' });
      expect(await behind(RIGHT, inRight)).toEqual({ kind: 'empty' });
      expect(await directory.list()).toEqual([
        { id: FIRST, parents: [] },
        { id: LEFT, parents: [FIRST] },
        { id: RIGHT, parents: [FIRST] },
      ]);
    });

    test('that was closed without ever holding a record has ended', async () => {
      const { stream, behind } = await open();
      await stream.split(FIRST);
      expect((await behind(FIRST)).kind).toBe('ended');
    });

    test('that was merged with another has a child with two parents', async () => {
      const { stream, behind, directory } = await open();
      await stream.split(FIRST);
      const inRight = await stream.put(UPPER_HALF);
      await stream.merge(LEFT, RIGHT);
      expect(await behind(LEFT)).toEqual(ended({ id: MERGED, parents: [LEFT, RIGHT] }));
      expect(await behind(RIGHT)).toEqual({ kind: 'records' });
      expect(await behind(RIGHT, inRight)).toEqual(ended({ id: MERGED, parents: [LEFT, RIGHT] }));
      expect((await directory.list()).at(-1)).toEqual({ id: MERGED, parents: [LEFT, RIGHT] });
    });

    test('is listed with where it ends once it is closed, and not before', async () => {
      const { stream } = await open();
      await stream.put();
      await stream.split(FIRST);
      const { Shards = [] } = await stream.kinesis.send(new ListShardsCommand({ StreamName: stream.name }));
      const closed = Shards.map(({ SequenceNumberRange }) => SequenceNumberRange?.EndingSequenceNumber !== undefined);
      expect(closed).toEqual([true, false, false]);
    });
  });

  describe('a reader', () => {
    const readAll = async (stream: TestStream, position: ShardPosition) => {
      const reader = new ShardReader(stream.kinesis, stream.name, FIRST, position);
      const numbers: string[] = [];
      for (;;) {
        const { records, atTip, ended: hasEnded } = await reader.read();
        numbers.push(...records.map(({ sequenceNumber }) => sequenceNumber));
        if (atTip || hasEnded) return { numbers, hasEnded };
      }
    };

    test('begins where it is told, and goes on when the shard is closed under it, to the end', async () => {
      const { stream } = await open();
      const numbers = [await stream.put(), await stream.put(), await stream.put()];
      expect(await readAll(stream, { kind: 'trimHorizon' })).toEqual({ numbers, hasEnded: false });
      expect((await readAll(stream, { kind: 'after', sequenceNumber: numbers[0] as string })).numbers).toEqual(numbers.slice(1));
      expect((await readAll(stream, { kind: 'latest' })).numbers).toEqual([]);

      const reader = new ShardReader(stream.kinesis, stream.name, FIRST, { kind: 'after', sequenceNumber: numbers[2] as string });
      expect(await reader.read()).toMatchObject({ records: [], atTip: true, ended: false });
      const last = await stream.put();
      await stream.split(FIRST);
      const seen: string[] = [];
      for (let hasEnded = false; !hasEnded; ) {
        const read = await reader.read();
        seen.push(...read.records.map(({ sequenceNumber }) => sequenceNumber));
        hasEnded = read.ended;
      }
      expect(seen).toEqual([last]);
    });

    test('gives sequence numbers that rise from record to record, and from parent to child', async () => {
      const { stream } = await open();
      const numbers = [await stream.put(), await stream.put()];
      await stream.split(FIRST);
      numbers.push(await stream.put(), await stream.put());
      expect(numbers).toEqual(numbers.toSorted((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1)));
      expect((await listShards(stream.kinesis, stream.name)).map(({ shardId: id }) => id)).toEqual([FIRST, LEFT, RIGHT]);
    });
  });
}
