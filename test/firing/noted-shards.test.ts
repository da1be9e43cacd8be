import { expect, test } from 'vitest';
import type { ShardId } from '../../shared/log/keys.ts';
import { shardNotesLogs } from '../../shared/log/keys.ts';
import { ORIGIN } from '../../shared/log/position.ts';
import { decodeShardNotes } from '../../shared/log/shard-notes.ts';
import type { Shard } from '../../shared/watermarks/shard.ts';
import { deliveries, measured } from '../fixtures/delivered-record.ts';
import { MemoryDeployment } from '../fixtures/memory-deployment.ts';
import { temperatures } from '../fixtures/temperature-pipeline.ts';

const [PARENT, CHILD, GRANDCHILD] = ['shardId-0', 'shardId-1', 'shardId-2'] as [ShardId, ShardId, ShardId];
const DAY_MS = 86_400_000;

/** A stream that lists of each shard what the test says, and functions that were started at any time. */
function resharded() {
  const deployment = new MemoryDeployment();
  let listed: readonly Shard[] = [{ id: PARENT, parents: [] }];
  return {
    deployment,
    list: (...shards: readonly Shard[]) => {
      listed = shards;
    },
    fire: () => deployment.fire({ shards: { list: async () => listed } }),
    send: async (shard: ShardId, at: number) => deployment.ingest().ingest(shard, deliveries([measured(at)], at)),
    notes: async () => {
      const logs = await Promise.all(shardNotesLogs(temperatures.name).map((log) => deployment.store.read(log, ORIGIN)));
      return logs.flat().map((entry) => decodeShardNotes(entry).shards.map(({ id }) => id));
    },
  };
}

test('a shard that came and went while nobody could fire is read by a function that starts', async () => {
  const { list, fire, send } = resharded();
  await send(PARENT, 1_000);
  await fire().fire();
  await send(CHILD, 2_000);
  await send(GRANDCHILD, 3_000);
  list({ id: GRANDCHILD, parents: [CHILD] });
  expect(await fire().drain()).toMatchObject({ openWindows: 0, counts: { read: 3 } });
});

test('and by one that has stood still for longer than the stream lists it', async () => {
  const { deployment, list, fire, send } = resharded();
  const old = fire();
  await send(PARENT, 1_000);
  await old.fire();
  await send(CHILD, 2_000);
  await send(GRANDCHILD, 3_000);
  list({ id: GRANDCHILD, parents: [CHILD] });
  deployment.nowMs += DAY_MS;
  expect(await old.drain()).toMatchObject({ openWindows: 0, counts: { read: 3 } });
});

test('a shard is noted once, before its first commit, whoever reads it', async () => {
  const { send, notes, fire } = resharded();
  await Promise.all([send(PARENT, 1_000), send(PARENT, 1_000), send(CHILD, 2_000)]);
  await send(PARENT, 4_000);
  const noted = await notes();
  expect(noted.flat().toSorted()).toEqual([PARENT, CHILD]);
  await fire().fire();
  await send(PARENT, 5_000);
  expect(await notes()).toEqual(noted);
});

test('hundreds of shards that begin at once are all noted', async () => {
  const { deployment, notes } = resharded();
  const shards = Array.from({ length: 200 }, (_each, index) => `shardId-${index}` as ShardId);
  await Promise.all(shards.map(async (shard) => deployment.ingest().ingest(shard, deliveries([measured(1_000)], 1))));
  const newest = (await notes()).reduce((all, ids) => new Set([...all, ...ids]), new Set<ShardId>());
  expect(newest).toEqual(new Set(shards));
});
