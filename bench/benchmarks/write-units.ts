import { UpdateItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Context } from 'aws-lambda';
import { createIngestHandler } from '../../functions/ingest/handler.ts';
import { createDynamodbClient } from '../../local/clients.ts';
import { startEmulator } from '../../local/emulators/emulator.ts';
import { createTable } from '../../local/provisioning/table.ts';
import { DynamoDBLogStore } from '../../shared/adapters/dynamodb/dynamodb-log-store.ts';
import type { Benchmark } from '../benchmark.ts';
import { CapacityByLog } from '../cost/capacity-by-log.ts';
import { FIRST_SEQUENCE_NUMBER, kinesisEvent } from '../kinesis-batch.ts';
import { BATCH_RECORDS, type Measurement, measurementPayloads, measurements, NOON_MS } from '../measurements.ts';
import { NO_REFUSALS } from '../no-refusals.ts';

const KEYS = 10_000;
const BATCHES = 20;
// Of these, for a write a key takes its time.
const BATCHES_PER_KEY = 2;
const UPDATES_AT_ONCE = 32;
const CONTEXT = {} as Context;

export const benchmark: Benchmark = {
  about: `write units of ingest, as the table counts them: batches of ${BATCH_RECORDS} records, ${KEYS} keys`,
  async run() {
    const emulator = await startEmulator('dynalite');
    const batches = Array.from({ length: BATCHES }, (_each, index) =>
      measurementPayloads(BATCH_RECORDS, KEYS, NOON_MS + index * 60_000, index),
    );
    try {
      const ours = await unitsOf(emulator.endpoint, batches, inOneAppend);
      const perKey = await unitsOf(emulator.endpoint, batches.slice(0, BATCHES_PER_KEY), inOneUpdateAKey);
      return [
        { what: 'write units per million events', value: ours.perMillion, unit: '', atMost: 9_000, note: 'aim: 7,000' },
        { what: 'requests per million events', value: ours.requestsPerMillion, unit: '' },
        { what: 'a writer that updates a key at a time, write units per million events', value: perKey.perMillion, unit: '' },
        { what: 'that writer to ours', value: perKey.perMillion / ours.perMillion, unit: '×' },
      ];
    } finally {
      await emulator.stop();
    }
  },
};

type Writer = (client: DynamoDBClient, tableName: string) => (payloads: readonly string[]) => Promise<void>;

async function unitsOf(endpoint: string, batches: readonly (readonly string[])[], writer: Writer) {
  const client = createDynamodbClient({ endpoint });
  try {
    const tableName = writer.name;
    await createTable(client, tableName);
    const capacity = new CapacityByLog();
    capacity.watch(client);
    const write = writer(client, tableName);
    // What is done once, such as to write down the definition, is not part of a million events.
    await write(batches.at(-1) ?? []);
    const before = capacity.total;
    for (const batch of batches) await write(batch);
    const after = capacity.total;
    const perMillion = (count: (total: typeof after) => number) => ((count(after) - count(before)) / batches.flat().length) * 1e6;
    return {
      perMillion: perMillion(({ commits, others }) => commits + others),
      requestsPerMillion: perMillion(({ requests }) => requests),
    };
  } finally {
    client.destroy();
  }
}

/** The ingest function. */
function inOneAppend(client: DynamoDBClient, tableName: string): ReturnType<Writer> {
  const clock = { nowMs: () => NOON_MS };
  const handler = createIngestHandler(measurements, {
    logStore: new DynamoDBLogStore({ client, tableName, clock, retentionDays: 30 }),
    sideStream: NO_REFUSALS,
    clock,
  });
  let next = FIRST_SEQUENCE_NUMBER;
  return async (payloads) => {
    await handler(kinesisEvent(payloads, NOON_MS, next), CONTEXT);
    next += BigInt(payloads.length);
  };
}

/** What one would write first: an item a window and key, and an update that adds what the batch has of it. */
function inOneUpdateAKey(client: DynamoDBClient, TableName: string): ReturnType<Writer> {
  const minute = (at: number) => Math.floor(at / 60_000);
  return async (payloads) => {
    const updates = [...totals(payloads)].map(([pk, { n, total }]) => {
      return new UpdateItemCommand({
        TableName,
        Key: { pk: { S: pk }, n: { N: '0' } },
        UpdateExpression: 'ADD events :n, amount :total',
        ExpressionAttributeValues: { ':n': { N: String(n) }, ':total': { N: total.toFixed(2) } },
      });
    });
    const worker = async () => {
      for (let update = updates.pop(); update !== undefined; update = updates.pop()) await client.send(update);
    };
    await Promise.all(Array.from({ length: UPDATES_AT_ONCE }, worker));
  };

  function totals(payloads: readonly string[]): Map<string, { n: number; total: number }> {
    const byKey = new Map<string, { n: number; total: number }>();
    for (const payload of payloads) {
      const { deviceId, at, value } = JSON.parse(payload) as Measurement;
      const key = `${deviceId}#${minute(at)}`;
      const known = byKey.get(key) ?? { n: 0, total: 0 };
      byKey.set(key, { n: known.n + 1, total: known.total + value });
    }
    return byKey;
  }
}
