import {
  type ChildShard,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListShardsCommand,
  UpdateShardCountCommand,
} from '@aws-sdk/client-kinesis';
import type { KinesisClient } from '@aws-sdk/client-kinesis';
import { describe, expect, test } from 'vitest';
import { pause } from '../../shared/adapters/pause.ts';
import { waitUntilStreamIsActive } from '../../local/provisioning/stream.ts';
import { TestStream } from './test-stream.ts';

/** In what the engines for Kinesis differ, from each other and from AWS: what docs/ENGINES.md says of them. */
export interface KinesisDifferences {
  /** Whether `MillisBehindLatest` tells that there is more to read. */
  readonly saysHowFarBehind: boolean;
  /** What stands behind a closed shard's last record: its end at once, or one more empty answer. */
  readonly endsWithTheLastRecord: boolean;
  /** Whether the end of a shard names its children. */
  readonly namesChildren: boolean;
  /** Whether a closed shard is listed with an end that is behind its records. */
  readonly endIsASequenceNumber: boolean;
  readonly updatesShardCount: boolean;
  /** Whether a list of shards can have several pages. */
  readonly pages: boolean;
}

const SHARD = 'shardId-000000000000';

// Where one fails after an update, the engine has changed: change the document.
export function kinesisDifferences(kinesis: () => KinesisClient, differences: KinesisDifferences): void {
  /** The answers of a shard from its beginning to its end, or to the first empty one. */
  async function answers({ name }: TestStream) {
    const start = { StreamName: name, ShardId: SHARD, ShardIteratorType: 'TRIM_HORIZON' } as const;
    let { ShardIterator: iterator } = await kinesis().send(new GetShardIteratorCommand(start));
    const seen: { records: number; behindMs: number; children: readonly ChildShard[]; ended: boolean }[] = [];
    while (iterator && seen.at(-1)?.records !== 0) {
      const { Records, MillisBehindLatest, ChildShards, NextShardIterator } = await kinesis().send(
        new GetRecordsCommand({ ShardIterator: iterator, Limit: 1 }),
      );
      iterator = NextShardIterator;
      seen.push({
        records: Records?.length ?? 0,
        behindMs: MillisBehindLatest ?? -1,
        children: ChildShards ?? [],
        ended: !NextShardIterator,
      });
    }
    return seen;
  }

  describe('what is particular', () => {
    test(`an open shard ${differences.saysHowFarBehind ? 'says how far a reader is behind' : 'never says that a reader is behind'}`, async () => {
      const stream = await TestStream.create(kinesis());
      await stream.put();
      await pause(20);
      await stream.put();
      const [first, second] = await answers(stream);
      expect((first?.behindMs ?? 0) > 0).toBe(differences.saysHowFarBehind);
      expect(second?.behindMs).toBe(0);
    });

    test(`a closed shard ends ${differences.endsWithTheLastRecord ? 'with its last record' : 'one empty answer after its last record'}`, async () => {
      const stream = await TestStream.create(kinesis());
      await stream.put();
      await stream.split(SHARD);
      const seen = await answers(stream);
      expect(seen.map(({ records, ended }) => [records, ended])).toEqual(
        differences.endsWithTheLastRecord
          ? [[1, true]]
          : [
              [1, false],
              [0, true],
            ],
      );
      const children = seen.at(-1)?.children.map(({ ParentShards }) => ParentShards);
      expect(children).toEqual(differences.namesChildren ? [[SHARD], [SHARD]] : []);
    });

    test(`a closed shard is listed with ${differences.endIsASequenceNumber ? 'its end' : 'the end 9223372036854775807, in front of its beginning'}`, async () => {
      const stream = await TestStream.create(kinesis());
      const last = await stream.put();
      await stream.split(SHARD);
      const { Shards = [] } = await kinesis().send(new ListShardsCommand({ StreamName: stream.name }));
      const end = Shards[0]?.SequenceNumberRange?.EndingSequenceNumber ?? '';
      if (differences.endIsASequenceNumber) expect(BigInt(end)).toBeGreaterThan(BigInt(last));
      else expect(end).toBe(String(2n ** 63n - 1n));
    });

    test(`the number of shards ${differences.updatesShardCount ? 'can' : 'cannot'} be changed in one call`, async () => {
      const stream = await TestStream.create(kinesis());
      const update = { StreamName: stream.name, TargetShardCount: 2, ScalingType: 'UNIFORM_SCALING' } as const;
      const updating = kinesis().send(new UpdateShardCountCommand(update));
      if (!differences.updatesShardCount) return expect(updating).rejects.toThrow(/Unknown/);
      await updating;
      await waitUntilStreamIsActive(kinesis(), stream.name);
      const { Shards = [] } = await kinesis().send(new ListShardsCommand({ StreamName: stream.name }));
      return expect(Shards.filter(({ SequenceNumberRange }) => !SequenceNumberRange?.EndingSequenceNumber)).toHaveLength(2);
    });

    test(`shards are listed ${differences.pages ? 'page by page' : 'all at once, whatever is asked for'}`, async () => {
      const stream = await TestStream.create(kinesis(), 3);
      const page = await kinesis().send(new ListShardsCommand({ StreamName: stream.name, MaxResults: 2 }));
      expect([page.Shards?.length, page.NextToken !== undefined]).toEqual(differences.pages ? [2, true] : [3, false]);
    });
  });
}
