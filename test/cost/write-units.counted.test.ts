import type { Context } from 'aws-lambda';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CapacityByLog } from '../../bench/cost/capacity-by-log.ts';
import { kinesisEvent } from '../../bench/kinesis-batch.ts';
import { BATCH_RECORDS, measurementPayloads, measurements, NOON_MS } from '../../bench/measurements.ts';
import { createIngestHandler } from '../../functions/ingest/handler.ts';
import { DynamoDBLogStore } from '../../shared/adapters/dynamodb/dynamodb-log-store.ts';
import { MemoryPublisher } from '../../shared/adapters/memory/memory-publisher.ts';
import { startDynalite } from '../engines/dynalite.ts';
import { LogTable } from '../engines/log-table.ts';

const BATCHES = 4;
const KEYS = 10_000;
const CONTEXT = {} as Context;

let table: LogTable;
beforeAll(async () => {
  table = await LogTable.on(await startDynalite());
});
afterAll(async () => table.stop());

test('a million events of 10,000 keys cost fewer than 7,000 write units, in one put a batch', { timeout: 60_000 }, async () => {
  const client = table.client();
  const capacity = new CapacityByLog();
  capacity.watch(client);
  const clock = { nowMs: () => NOON_MS };
  const handler = createIngestHandler(measurements, {
    logStore: new DynamoDBLogStore({ client, tableName: table.tableName, clock, retentionDays: 30 }),
    sideStream: new MemoryPublisher(),
    clock,
  });
  const deliver = async (batch: number) => {
    const payloads = measurementPayloads(BATCH_RECORDS, KEYS, NOON_MS + batch * 60_000, batch);
    await handler(kinesisEvent(payloads, NOON_MS, 10n ** 55n + BigInt(batch * BATCH_RECORDS)), CONTEXT);
  };
  // A function that starts reads where its shard's log ends, and a pipeline writes down its definition.
  await deliver(0);
  const before = capacity.total;
  for (let batch = 1; batch <= BATCHES; batch++) await deliver(batch);

  const { commits, others, requests, refusals } = capacity.total;
  expect(((commits - before.commits) / (BATCHES * BATCH_RECORDS)) * 1e6).toBeLessThan(7_000);
  // A put, and before one so large a look whether its place is free.
  expect(requests - before.requests).toBe(2 * BATCHES);
  expect([others - before.others, refusals]).toEqual([0, 0]);
});
