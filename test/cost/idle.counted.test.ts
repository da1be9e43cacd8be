import type { Context } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CapacityByLog } from '../../bench/cost/capacity-by-log.ts';
import { kinesisEvent } from '../../bench/kinesis-batch.ts';
import { createFireHandler } from '../../functions/fire/handler.ts';
import { createIngestHandler } from '../../functions/ingest/handler.ts';
import { DynamoDBLogStore } from '../../shared/adapters/dynamodb/dynamodb-log-store.ts';
import { fixedShards } from '../../shared/adapters/memory/fixed-shards.ts';
import { MemoryPublisher } from '../../shared/adapters/memory/memory-publisher.ts';
import { monthlyCost } from '../../shared/cost/monthly-cost.ts';
import { settleWorkload } from '../../shared/cost/workload.ts';
import { startDynalite } from '../engines/dynalite.ts';
import { LogTable } from '../engines/log-table.ts';
import { measured, SHARD } from '../fixtures/delivered-record.ts';
import { temperatures } from '../fixtures/temperature-pipeline.ts';

const CONTEXT = {} as Context;
const MINUTE_MS = 60_000;
const NOON_MS = Date.UTC(2026, 0, 1, 12);

describe('a pipeline without events', () => {
  let table: LogTable;
  beforeAll(async () => {
    table = await LogTable.on(await startDynalite());
  });
  afterAll(async () => table.stop());

  test('writes nothing, and is charged for three reads a tick', { timeout: 60_000 }, async () => {
    let nowMs = NOON_MS;
    const client = table.client();
    const capacity = new CapacityByLog();
    capacity.watch(client);
    const clock = { nowMs: () => nowMs };
    const [output, side] = [new MemoryPublisher(), new MemoryPublisher()];
    const ports = {
      logStore: new DynamoDBLogStore({ client, tableName: table.tableName, clock, retentionDays: 30 }),
      outputStream: output,
      sideStream: side,
      shards: fixedShards(SHARD),
      // Nothing comes any more: whoever looks finds the shard empty.
      shardProbe: { probe: async () => ({ kind: 'empty' as const }) },
      clock,
    };
    const fire = createFireHandler(temperatures, ports);
    const tick = async (times: number) => {
      for (let each = 0; each < times; each++) {
        nowMs += MINUTE_MS;
        await fire({}, CONTEXT);
      }
    };
    const payloads = [measured(NOON_MS, 'a1'), measured(NOON_MS + 1_000, 'b1')].map((each) => JSON.stringify(each));
    await createIngestHandler(temperatures, ports)(kinesisEvent(payloads, NOON_MS, 10n ** 55n, SHARD), CONTEXT);
    // What had come leaves when the shard is proven idle, and its windows close.
    await tick(10);
    expect(output.records).toHaveLength(4);
    const before = capacity.total;

    // A day: from ten days on an epoch is written again, so that it does not expire.
    const ticks = 1_440;
    await tick(ticks);
    const { commits, epochs, marks, snapshots, others, readUnits, requests } = capacity.total;
    expect({ commits, epochs, marks, snapshots, others }).toEqual({
      commits: before.commits,
      epochs: before.epochs,
      marks: before.marks,
      snapshots: before.snapshots,
      others: before.others,
    });
    expect(requests - before.requests).toBe(3 * ticks);
    expect(output.records).toHaveLength(4);

    const idle = monthlyCost(settleWorkload({ rate: 0, keys: 1, eventBytes: 200, window: '1m' }));
    expect(idle.usage.storage.readUnits / idle.usage.fire.invocations).toBe((readUnits - before.readUnits) / ticks);
  });

  test('costs less than a dollar a month besides the streams', () => {
    const { usage, dollars, streams, stateAndCompute, watching } = monthlyCost(
      settleWorkload({ rate: 0, keys: 1, eventBytes: 200, window: '1m' }),
    );
    expect(usage.writes).toEqual({ commits: 0, epochs: 0, marks: 0, snapshots: 0 });
    expect([...stateAndCompute, ...watching].map(({ name }) => name)).toEqual(['fire', 'DynamoDB', 'logs', 'alarms']);
    expect(dollars - streams.dollars).toBeLessThan(1);
  });
});
