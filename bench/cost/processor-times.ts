import { gunzipSync, gzipSync } from 'node:zlib';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { Context, KinesisStreamEvent } from 'aws-lambda';
import { createIngestHandler } from '../../functions/ingest/handler.ts';
import { createDynamodbClient } from '../../local/clients.ts';
import { startEmulator } from '../../local/emulators/emulator.ts';
import { createTable } from '../../local/provisioning/table.ts';
import { CountingStore } from '../counting-store.ts';
import type { Round } from '../cpu.ts';
import { FIRST_SEQUENCE_NUMBER, kinesisBatch } from '../kinesis-batch.ts';
import { type Measurement, measurementPayloads, measurements, NOON_MS } from '../measurements.ts';
import { type FiringTimes, firingTimes } from './firing-times.ts';
import { onReferenceCore } from './reference-core.ts';

/** Processor time as `shared/cost/measured.ts` has it, in microseconds as `onReferenceCore` says. */
export interface ProcessorTimes {
  readonly request: number;
  readonly ingest: {
    readonly batch: number;
    readonly record: number;
    readonly event: number;
    readonly gunzip: number;
    readonly row: number;
  };
  readonly fire: FiringTimes;
}

const ROUNDS = 8;
const EVENTS = 7_800;
const FEW_KEYS = 500;
// So many that hardly one comes twice.
const MANY_KEYS = EVENTS * 20;
const CALLS = 100;
const CONTEXT = {} as Context;
const QUIET = { publish: async () => {} };

/** Takes a minute. */
export async function measureProcessorTimes(): Promise<ProcessorTimes> {
  return { request: await requestUs(), ingest: await ingestUs(), fire: await firingTimes() };
}

/** Of one call, with what the SDK does: a kilobyte put into a table. */
async function requestUs(): Promise<number> {
  const emulator = await startEmulator('dynalite');
  const client = createDynamodbClient({ endpoint: emulator.endpoint });
  try {
    const TableName = 'requests';
    await createTable(client, TableName);
    const b = { B: new Uint8Array(1_000) };
    let n = 0;
    const calls: Round = () => async () => {
      for (let call = 0; call < CALLS; call++)
        await client.send(new PutItemCommand({ TableName, Item: { pk: { S: 'a' }, n: { N: String(n++) }, b } }));
    };
    const [us = 0] = await onReferenceCore([calls], ROUNDS / 2);
    return us / CALLS;
  } finally {
    client.destroy();
    await emulator.stop();
  }
}

/** From the raw payload on, as Lambda's runtime hands it over; the store only counts. */
async function ingestUs(): Promise<ProcessorTimes['ingest']> {
  const handler = createIngestHandler(measurements, { logStore: new CountingStore(), sideStream: QUIET, clock: { nowMs: () => NOON_MS } });
  let next = FIRST_SEQUENCE_NUMBER;
  const batchOf = (payloads: readonly string[]): string => {
    const event = kinesisBatch(payloads, NOON_MS, next);
    next += BigInt(payloads.length);
    return event;
  };
  const handle = async (payload: string) => handler(JSON.parse(payload) as KinesisStreamEvent, CONTEXT);
  const single = measurementPayloads(1, 1, NOON_MS, 1);
  const singles: Round = () => {
    const batches = Array.from({ length: CALLS }, () => batchOf(single));
    return async () => {
      for (const batch of batches) await handle(batch);
    };
  };
  const full = (keys: number): Round => {
    const payloads = measurementPayloads(EVENTS, keys, NOON_MS, keys);
    return () => {
      const batch = batchOf(payloads);
      return () => handle(batch);
    };
  };
  const envelopes: Round = () => {
    const batch = batchOf(measurementPayloads(EVENTS, FEW_KEYS, NOON_MS, FEW_KEYS));
    return () => JSON.parse(batch) as KinesisStreamEvent;
  };
  const packed = gzipSync(measurementPayloads(CALLS, FEW_KEYS, NOON_MS, 1).join('\n'));
  const unpack: Round = () => () => {
    for (let call = 0; call < CALLS; call++) gunzipSync(packed);
  };
  const works = [singles, envelopes, full(FEW_KEYS), full(MANY_KEYS), unpack];
  const [small = 0, parse = 0, few = 0, many = 0, unpacked = 0] = await onReferenceCore(works, ROUNDS);
  const [fewRows, manyRows] = [FEW_KEYS, MANY_KEYS].map((keys) => {
    const payloads = measurementPayloads(EVENTS, keys, NOON_MS, keys);
    return new Set(payloads.map((payload) => (JSON.parse(payload) as Measurement).deviceId)).size;
  }) as [number, number];
  const batch = small / CALLS;
  const row = Math.max(0, (many - few) / (manyRows - fewRows));
  return { batch, record: parse / EVENTS, event: (few - parse - batch - fewRows * row) / EVENTS, gunzip: unpacked / CALLS / CALLS, row };
}
