import { afterAll, beforeAll, expect, test } from 'vitest';
import { meteredRun } from '../../bench/cost/metered-run.ts';
import { MONTH_S } from '../../shared/cost/month.ts';
import { usageOf } from '../../shared/cost/usage.ts';
import { settleWorkload, type WorkloadOptions } from '../../shared/cost/workload.ts';
import { startDynalite } from '../engines/dynalite.ts';
import { LogTable } from '../engines/log-table.ts';

/** What the model says and what the table charges may differ by so much. */
const TOLERANCE = 0.15;

let table: LogTable;
beforeAll(async () => {
  table = await LogTable.on(await startDynalite());
});
afterAll(async () => table.stop());

// Small enough to run, and unlike each other: hardly a key twice in a batch, and every key many times; one item and chunks; several shards, lanes, windows that
// overlap, long windows, objects, records of several events.
const SHAPES: readonly [what: string, seconds: number, WorkloadOptions][] = [
  ['a trickle', 600, { rate: 2, keys: 50, eventBytes: 80, window: '1m', batchWindow: '5s', largePayloads: 'dynamodb' }],
  ['an everyday pipeline', 600, { rate: 100, keys: 1_000, eventBytes: 80, window: '1m', batchWindow: '5s', largePayloads: 'dynamodb' }],
  [
    'many keys, epochs in chunks',
    180,
    { rate: 1_000, keys: 20_000, eventBytes: 80, window: '1m', batchWindow: '5s', largePayloads: 'dynamodb' },
  ],
  ['short batches', 180, { rate: 400, keys: 4_000, eventBytes: 80, window: '1m', batchWindow: '1s', largePayloads: 'dynamodb' }],
  [
    'UUIDs, in two lanes',
    300,
    { rate: 300, keys: 3_000, keyKind: 'uuid', eventBytes: 80, window: '1m', batchWindow: '5s', lanes: 2, largePayloads: 'dynamodb' },
  ],
  [
    'windows that overlap, on three shards',
    300,
    { rate: 300, keys: 500, eventBytes: 80, window: '3m', slide: '1m', batchWindow: '2s', shards: 3 },
  ],
  [
    'large payloads in S3, packed records',
    180,
    { rate: 1_000, keys: 8_000, eventBytes: 80, eventsPerRecord: 20, window: '1m', batchWindow: '5s', largePayloads: 's3' },
  ],
  ['long windows', 1_200, { rate: 30, keys: 500, eventBytes: 80, window: '20m', batchWindow: '5s', largePayloads: 'dynamodb' }],
];

test.each(SHAPES)('the model says what the table is charged for %s', { timeout: 120_000 }, async (what, seconds, options) => {
  const workload = settleWorkload(options);
  const client = table.client();
  const seed = SHAPES.findIndex(([name]) => name === what) + 1;
  const metered = await meteredRun(workload, { client, tableName: table.tableName, seconds, seed });

  const { batches, fire, firings, writes, storage } = usageOf(workload);
  const share = seconds / MONTH_S;
  const ratios = {
    batches: metered.batches / (batches * share),
    fireInvocations: metered.fireInvocations / (fire.invocations * share),
    panes: metered.panes / (firings.panes * share),
    writeUnits:
      (metered.commits + metered.epochs + metered.marks + metered.snapshots) /
      (Object.values(writes).reduce((sum, units) => sum + units) * share),
    ...(storage.puts === 0 ? {} : { puts: metered.puts / (storage.puts * share), gets: metered.gets / (storage.gets * share) }),
    readUnits: metered.readUnits / (storage.readUnits * share),
  };
  expect(Object.entries(ratios).filter(([, ratio]) => Math.abs(ratio - 1) > TOLERANCE)).toEqual([]);
  expect(metered.puts > 0).toBe(storage.puts > 0);
  expect([metered.others, metered.refusals]).toEqual([0, 0]);
});
