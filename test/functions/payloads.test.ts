import { boundedOutOfOrderness, count, pipeline, sum, tumbling } from 'mullion';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { readEnvironment } from '../../functions/environment.ts';
import { createFirePorts, createIngestPorts } from '../../functions/ports.ts';
import { silent } from '../../functions/telemetry/telemetry.ts';
import { DynamoDBLogStore } from '../../shared/adapters/dynamodb/dynamodb-log-store.ts';
import { systemClock } from '../../shared/adapters/system-clock.ts';
import type { ObjectStore } from '../../shared/adapters/object-store.ts';
import { MemoryPublisher } from '../../shared/adapters/memory/memory-publisher.ts';
import { Ingest } from '../../shared/ingest/ingest.ts';
import type { InputRecord } from '../../shared/ingest/input-record.ts';
import { CorruptEntryError } from '../../shared/log/frame.ts';
import { shardLog } from '../../shared/log/keys.ts';
import { ORIGIN } from '../../shared/log/position.ts';
import { underName } from '../../shared/pipeline/under-name.ts';
import { CapacityMeter } from '../engines/capacity-meter.ts';
import { startDynalite } from '../engines/dynalite.ts';
import { LogTable } from '../engines/log-table.ts';
import { type ObjectEngine, startS3rver } from '../engines/s3rver.ts';
import { delivered, SHARD } from '../fixtures/delivered-record.ts';

interface Sale {
  readonly at: number;
  readonly customer: string;
  readonly amount: number;
}

const sales = pipeline<Sale>('sales', {
  timestamp: ({ at }) => at,
  watermark: boundedOutOfOrderness('1m'),
  windows: {
    customers: {
      keyBy: ({ customer }) => customer,
      window: tumbling('1h'),
      aggregate: { sales: count(), total: sum(({ amount }) => amount) },
    },
  },
});
const LOG = shardLog(sales.name, SHARD);
const unread = silent(systemClock).meter;

/** A batch of as many customers, with ids that do not compress. */
function batchOf(customers: number, from: number): InputRecord[] {
  return Array.from({ length: customers }, (_each, index) => {
    const customer = crypto.randomUUID();
    return delivered(from + index, JSON.stringify({ at: from + index, customer, amount: index } satisfies Sale));
  });
}

let table: LogTable;
let s3: ObjectEngine;

beforeAll(async () => {
  [table, s3] = await Promise.all([startDynalite().then((engine) => LogTable.on(engine)), startS3rver()]);
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await Promise.all([table.stop(), s3.stop()]);
});

test('functions that are told of a bucket put large payloads there, and read them', async () => {
  vi.stubEnv('AWS_REGION', 'us-east-1');
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', table.endpoint);
  // The one account that the emulator of S3 knows; the other takes any.
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'S3RVER');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'S3RVER');
  const variables = {
    MULLION_TABLE: table.tableName,
    MULLION_INPUT_STREAM: 'in',
    MULLION_OUTPUT_STREAM: 'out',
    MULLION_SIDE_STREAM: 'side',
  };
  const environment = readEnvironment({ ...variables, MULLION_PAYLOADS: s3.bucket });
  const { logStore } = createIngestPorts(environment, unread);
  const ingest = new Ingest(sales, { logStore, sideStream: new MemoryPublisher(), clock: { nowMs: () => Date.now() } });
  expect((await ingest.ingest(SHARD, batchOf(1_000, 1))).counts.folded).toBe(1_000);

  const entries = await createFirePorts(environment, unread).logStore.read(LOG, ORIGIN, 'strong');
  expect(entries[0]?.payload.length).toBeGreaterThan(9 * 1024);
  const without = createFirePorts(readEnvironment(variables), unread).logStore;
  const refusal = await without.read(LOG, ORIGIN, 'strong').catch(String);
  expect(refusal).toContain('nothing was given that reads objects');
  await s3.remove(/its payload is (?<address>[^,]+),/.exec(refusal as string)?.groups?.address as string);
  await expect(createFirePorts(environment, unread).logStore.last(LOG)).rejects.toThrow(CorruptEntryError);
});

test('a large batch is one PUT and one write unit, however often it is delivered', { timeout: 60_000 }, async () => {
  const meter = new CapacityMeter();
  const puts: string[] = [];
  const objects = s3.open();
  const store: ObjectStore = {
    get: (address) => objects.get(address),
    put: (address, ...what) => {
      puts.push(address);
      return objects.put(address, ...what);
    },
  };
  const start = () =>
    new Ingest(underName(sales, 'metered'), {
      logStore: new DynamoDBLogStore({
        client: meter.watch(table.client()),
        tableName: table.tableName,
        clock: { nowMs: () => 4_000_000_000_000 },
        retentionDays: 30,
        objects: { store, written: { at: s3.bucket, fromBytes: 9 * 1024 } },
      }),
      sideStream: new MemoryPublisher(),
      clock: { nowMs: () => 4_000_000_000_000 },
    });
  // So that none of them has the definition to write down as well.
  await start().ingest(SHARD, batchOf(1, 1));
  const written = meter.written;
  const warm = start();
  let next = 2;
  for (let batch = 1; batch <= 4; batch++) {
    const records = batchOf(1_000, next);
    next += 1_000;
    await warm.ingest(SHARD, records);
    for (const again of [warm, start()]) await again.ingest(SHARD, records);
    expect([puts.length, meter.written - written, meter.refused]).toEqual([batch, batch, 0]);
  }
});
