import { expect, test } from 'vitest';
import { deliveries, measured, SHARD } from '../fixtures/delivered-record.ts';
import { MemoryDeployment } from '../fixtures/memory-deployment.ts';

// More than a call takes arguments.
const KEYS = 200_000;

test('a window of very many keys fires', { timeout: 60_000 }, async () => {
  const deployment = new MemoryDeployment();
  const measurements = Array.from({ length: KEYS }, (_each, index) => measured(1_000, `a${index}`));
  await deployment.ingest().ingest(SHARD, deliveries([...measurements, measured(20_000)]));
  // And that of their building.
  expect((await deployment.fire().fire()).published).toBe(KEYS + 1);
});
