import { expect, test } from 'vitest';
import type { ShardId } from '../../shared/log/keys.ts';
import { deliveries, measured } from '../fixtures/delivered-record.ts';
import { InterruptedStore } from '../fixtures/interrupted-store.ts';
import { MemoryDeployment } from '../fixtures/memory-deployment.ts';

test('a hundred shards that append at once share no partition, and each makes one call a batch', async () => {
  const shards = Array.from({ length: 100 }, (_, index) => `shardId-${String(index).padStart(12, '0')}` as ShardId);
  const deployment = new MemoryDeployment(...shards);
  const store = new InterruptedStore(deployment.store);
  const ingest = deployment.ingest({ logStore: store });
  const deliver = async (batch: number) =>
    Promise.all(shards.map(async (shard, index) => ingest.ingest(shard, deliveries([measured(batch * 1_000 + index)], batch))));
  // The very first look for the definition, and write it down.
  await deliver(1);
  store.calls.length = 0;
  await deliver(2);
  const partitions = store.calls.map((call) => /^append (.+) 2$/.exec(call)?.[1]).filter((log) => log !== undefined);
  expect(store.calls).toHaveLength(100);
  expect(new Set(partitions).size).toBe(100);
  expect(await deployment.fire().drain()).toMatchObject({ counts: { read: 200, folded: 200 }, openWindows: 0 });
});
