import { describe, expect, test } from 'vitest';
import { shardLog } from '../../shared/log/keys.ts';
import { deliveries, measured, SHARD } from '../fixtures/delivered-record.ts';
import { InterruptedStore } from '../fixtures/interrupted-store.ts';
import { MemoryDeployment } from '../fixtures/memory-deployment.ts';
import { temperatures } from '../fixtures/temperature-pipeline.ts';

const SHARD_LOG = shardLog(temperatures.name, SHARD);
const RECORDS = deliveries([
  measured(1_000, 'a1', 20),
  measured(3_000, 'a2', 21.5),
  measured(2_000, 'a1', -3),
  measured(12_000, 'b1', 0.125),
]);

describe('what a batch costs', () => {
  test('a warm function appends once and reads nothing while events come in order', async () => {
    const deployment = new MemoryDeployment();
    const store = new InterruptedStore(deployment.store);
    const ingest = deployment.ingest({ logStore: store });
    await ingest.ingest(SHARD, RECORDS);
    store.calls.length = 0;
    await ingest.ingest(SHARD, deliveries([measured(60_000), measured(120_000)], 5));
    await ingest.ingest(SHARD, deliveries([measured(240_000)], 7));
    expect(store.calls).toEqual([`append ${SHARD_LOG} 2`, `append ${SHARD_LOG} 3`]);
  });

  test('a batch that is in already costs no append, neither cold nor warm', async () => {
    const deployment = new MemoryDeployment();
    await deployment.ingest().ingest(SHARD, RECORDS);
    const store = new InterruptedStore(deployment.store);
    const ingest = deployment.ingest({ logStore: store });
    await ingest.ingest(SHARD, RECORDS);
    await ingest.ingest(SHARD, RECORDS.slice(2));
    expect(store.calls).toEqual([`last ${SHARD_LOG}`]);
  });
});
