import { boundedOutOfOrderness, count, pipeline, sum, tumbling } from 'mullion';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { DynamoDBLogStore } from '../../shared/adapters/dynamodb/dynamodb-log-store.ts';
import { MemoryPublisher } from '../../shared/adapters/memory/memory-publisher.ts';
import { Ingest } from '../../shared/ingest/ingest.ts';
import type { InputRecord } from '../../shared/ingest/input-record.ts';
import { CapacityMeter } from '../engines/capacity-meter.ts';
import { describeOn } from '../engines/describe-on.ts';
import { startDynalite } from '../engines/dynalite.ts';
import { startDynamoDBLocal } from '../engines/dynamodb-local.ts';
import type { Engine } from '../engines/engine.ts';
import { LogTable } from '../engines/log-table.ts';
import { delivered, SHARD } from '../fixtures/delivered-record.ts';
import { Random } from '../simulation/random.ts';

interface Sale {
  readonly at: number;
  readonly customer: string;
  readonly amount: number;
}

const SEED = 20_250_101;

/** With random customers, for they make deltas that do not compress. */
const randomSales = (random: Random, from: number, many: number): InputRecord[] =>
  Array.from({ length: many }, (_, index) => {
    const customer = Array.from({ length: 6 }, () => random.below(2 ** 32).toString(16)).join('');
    const sale: Sale = { at: from + index, customer, amount: random.below(100_000) / 100 };
    return delivered(from + index, JSON.stringify(sale));
  });

// A batch of the largest kind takes a moment to fold.
const TIME = { timeout: 60_000 };

function stormOn(engine: Engine): void {
  let table: LogTable;
  let storms = 0;
  let meter: CapacityMeter;
  let store: DynamoDBLogStore;
  let sales: ReturnType<typeof pipelineOf>;

  const pipelineOf = (name: string) =>
    pipeline<Sale>(name, {
      timestamp: ({ at }) => at,
      watermark: boundedOutOfOrderness('1m'),
      windows: {
        customers: {
          keyBy: ({ customer }) => customer,
          window: tumbling('1h'),
          aggregate: { sales: count(), total: sum((s) => s.amount) },
        },
      },
    });

  /** A cold function. */
  const start = () =>
    new Ingest(sales, { logStore: store, sideStream: new MemoryPublisher(), clock: { nowMs: () => 4_000_000_000_000 + storms++ } });

  beforeEach(async () => {
    table ??= await LogTable.on(engine);
    meter = new CapacityMeter();
    store = new DynamoDBLogStore({
      client: meter.watch(table.client()),
      tableName: table.tableName,
      clock: { nowMs: () => 4_000_000_000_000 },
      retentionDays: 30,
    });
    sales = pipelineOf(`sales-${++storms}`);
  });

  afterAll(() => table.stop());

  test('large batches that come again and again, to warm functions, forgotten ones and cold ones, cost no failed put', TIME, async () => {
    const random = new Random(SEED);
    const functions = Array.from({ length: 4 }, start);
    let [folded, next, writtenOnce] = [0, 1, 0];
    // The largest does not fit into one item.
    for (const many of [3_000, 3_000, 14_000, 1_000, 3_000, 200]) {
      const batch = randomSales(random, next, many);
      next += many;
      const writtenBefore = meter.written;
      for (let delivery = 1; delivery <= 2 + random.below(9); delivery++) {
        // Most of these have slept while others wrote: what they remember of the log's end is old.
        const target = random.chance(0.3) ? start() : random.pick(functions);
        folded += (await target.ingest(SHARD, batch)).counts.folded;
        if (delivery === 1) writtenOnce += meter.written - writtenBefore;
      }
    }
    expect(folded).toBe(next - 1);
    expect(writtenOnce).toBeGreaterThan(500);
    expect([meter.written, meter.refused]).toEqual([writtenOnce, 0]);
  });

  test('large batches that are in already and come many at once cost no failed put', TIME, async () => {
    const batches = [3_000, 14_000].map((many, index) => randomSales(new Random(SEED), 1 + index * 3_000, many));
    const writer = start();
    for (const batch of batches) await writer.ingest(SHARD, batch);
    const { written } = meter;
    const others = [writer, ...Array.from({ length: 8 }, start)];
    const reports = await Promise.all(batches.flatMap((batch) => others.map((other) => other.ingest(SHARD, batch))));
    expect(reports.every(({ counts }) => counts.read === 0)).toBe(true);
    expect([meter.written, meter.refused]).toEqual([written, 0]);
  });

  // No look can tell who will be first: only a lock could, which nothing here takes. Lambda delivers a shard's batch to one function at a time,
  // so this is a function that was taken for dead, not every day.
  test('a new batch that several write at the very same time costs a put each, and no more', TIME, async () => {
    const WRITERS = 5;
    // So that none of them has the definition to write down as well.
    await start().ingest(SHARD, randomSales(new Random(SEED), 1, 1));
    const { written } = meter;
    const batch = randomSales(new Random(SEED), 2, 3_000);
    const reports = await Promise.all(Array.from({ length: WRITERS }, start).map((each) => each.ingest(SHARD, batch)));
    expect(reports.filter(({ counts }) => counts.read > 0)).toHaveLength(1);
    expect(meter.refusals).toBeLessThanOrEqual(WRITERS - 1);
    expect(meter.refused).toBeLessThanOrEqual((WRITERS - 1) * (meter.written - written));
  });
}

for (const engine of await Promise.all([startDynalite(), startDynamoDBLocal()])) describeOn(engine, 'a storm of replays', stormOn);
