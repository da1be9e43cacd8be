import { Buffer } from 'node:buffer';
import { PutRecordCommand, SplitShardCommand } from '@aws-sdk/client-kinesis';
import { boundedOutOfOrderness, count, type Pane, pipeline, tumbling } from 'mullion';
import { expect, test } from 'vitest';
import { startLocalAws } from '../../local/emulators/local-aws.ts';
import { ShardReader } from '../../local/kinesis/shard-reader.ts';
import { createStream, waitUntilStreamIsActive } from '../../local/provisioning/stream.ts';
import { kinesisShardDirectory } from '../../shared/adapters/kinesis/kinesis-shard-directory.ts';
import { KinesisShardProbe } from '../../shared/adapters/kinesis/kinesis-shard-probe.ts';
import { MemoryLogStore } from '../../shared/adapters/memory/memory-log-store.ts';
import { MemoryPublisher } from '../../shared/adapters/memory/memory-publisher.ts';
import { Fire } from '../../shared/firing/fire.ts';
import { Ingest } from '../../shared/ingest/ingest.ts';
import type { ShardId } from '../../shared/log/keys.ts';
import type { SequenceNumber } from '../../shared/log/sequence-number.ts';

const streamName = 'events';
const SHARDS = ['0', '1', '2', '3'].map((number) => `shardId-00000000000${number}` as ShardId) as [ShardId, ShardId, ShardId, ShardId];
const MIDDLE = 2n ** 127n;

const visits = pipeline<{ at: number }>('visits', {
  timestamp: ({ at }) => at,
  watermark: boundedOutOfOrderness('1s'),
  idleness: { timeout: '30s' },
  windows: { minutes: { keyBy: () => 'all', window: tumbling('1m'), aggregate: { visits: count() } } },
});

test('a stream with an empty shard, a shard that is split and events that lag: each minute once, all of them, without a drain', async () => {
  const aws = await startLocalAws();
  const { kinesis } = aws;
  await createStream(kinesis, { streamName, shardCount: 2 });
  const logStore = new MemoryLogStore();
  const outputStream = new MemoryPublisher();
  const sideStream = new MemoryPublisher();
  // Events of today, told by a clock of the test's own.
  const startMs = Math.floor(Date.now() / 60_000) * 60_000;
  let nowMs = startMs;
  const clock = { nowMs: () => nowMs };
  const shards = kinesisShardDirectory(kinesis, streamName);
  const shardProbe = new KinesisShardProbe(kinesis, streamName);
  const ingest = new Ingest(visits, { logStore, sideStream, clock });
  const fire = new Fire(visits, { logStore, outputStream, sideStream, shards, shardProbe, clock });

  const put = (afterMs: number, hashKey: bigint) =>
    kinesis.send(
      new PutRecordCommand({
        StreamName: streamName,
        PartitionKey: 'any',
        ExplicitHashKey: String(hashKey),
        Data: Buffer.from(JSON.stringify({ at: startMs + afterMs })),
      }),
    );
  const deliver = async (shard: ShardId) => {
    const reader = new ShardReader(kinesis, streamName, shard, { kind: 'trimHorizon' });
    const { records } = await reader.read();
    await ingest.ingest(
      shard,
      records.map(({ sequenceNumber, partitionKey, data }) => ({
        sequenceNumber: sequenceNumber as SequenceNumber,
        partitionKey,
        arrivedAtMs: nowMs,
        data: Buffer.from(data).toString('utf8'),
        encoding: 'utf8',
      })),
    );
  };
  const fired = () => outputStream.documents<Pane>().map(({ start, count: visited }) => [(start - startMs) / 60_000, visited]);

  // The first shard alone has events; the other one holds everything back until it is proven to be empty.
  await put(5_000, 0n);
  await put(70_000, 0n);
  nowMs += 70_000;
  await deliver(SHARDS[0]);
  expect(await fire.fire()).toMatchObject({ heldBackBy: SHARDS[1], leftOut: [] });
  nowMs += 30_000;
  expect(await fire.fire()).toMatchObject({ heldBackBy: SHARDS[0], leftOut: [{ shard: SHARDS[1], because: 'idle' }] });
  expect(fired()).toEqual([[0, 1]]);

  // Something arrives at the silent one, and it is silent no more, delivered or not.
  await put(100_000, MIDDLE);
  await put(130_000, 0n);
  nowMs += 40_000;
  await deliver(SHARDS[0]);
  expect(await fire.fire()).toMatchObject({ heldBackBy: SHARDS[1], leftOut: [] });
  nowMs += 600_000;
  expect(await fire.fire()).toMatchObject({ heldBackBy: SHARDS[1], leftOut: [] });

  // A split; a child is delivered before its parent has ended.
  await put(131_000, 0n);
  await kinesis.send(new SplitShardCommand({ StreamName: streamName, ShardToSplit: SHARDS[0], NewStartingHashKey: String(MIDDLE / 2n) }));
  await waitUntilStreamIsActive(kinesis, streamName);
  await put(200_000, 0n);
  await deliver(SHARDS[1]);
  await deliver(SHARDS[2]);
  expect(await fire.fire()).toMatchObject({ heldBackBy: SHARDS[1], leftOut: [] });
  expect(fired()).toEqual([[0, 1]]);

  // Everything is delivered, and then nothing comes any more.
  await deliver(SHARDS[0]);
  for (let tick = 0; tick < 6; tick++) {
    nowMs += 60_000;
    await fire.fire();
  }
  expect(fired()).toEqual([
    [0, 1],
    [1, 2],
    [2, 2],
    [3, 1],
  ]);
  const report = await fire.fire();
  expect(report).toMatchObject({ openWindows: 0, lateByWindow: {}, counts: { read: 6, folded: 6 } });
  expect(sideStream.records).toEqual([]);
  await aws.stop();
});
