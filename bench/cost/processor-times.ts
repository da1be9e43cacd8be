import { Buffer } from 'node:buffer';
import { gunzipSync, gzipSync } from 'node:zlib';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { Context, KinesisStreamEvent } from 'aws-lambda';
import { createIngestHandler } from '../../functions/ingest/handler.ts';
import { createDynamodbClient } from '../../local/clients.ts';
import { startEmulator } from '../../local/emulators/emulator.ts';
import { createTable } from '../../local/provisioning/table.ts';
import { busyShards } from '../../shared/adapters/memory/busy-shards.ts';
import { fixedShards } from '../../shared/adapters/memory/fixed-shards.ts';
import { MemoryLogStore } from '../../shared/adapters/memory/memory-log-store.ts';
import { settleWorkload } from '../../shared/cost/workload.ts';
import { Fire } from '../../shared/firing/fire.ts';
import { NO_SNAPSHOTS } from '../../shared/firing/snapshot-policy.ts';
import { Ingest } from '../../shared/ingest/ingest.ts';
import { shardLog } from '../../shared/log/keys.ts';
import type { SequenceNumber } from '../../shared/log/sequence-number.ts';
import type { LogStore } from '../../shared/ports/log-store.ts';
import type { ShardId } from '../../shared/watermarks/shard.ts';
import { CountingStore } from '../counting-store.ts';
import { cpuOfEach, type Round } from '../cpu.ts';
import { kinesisBatch } from '../kinesis-batch.ts';
import { type Measurement, measurementPayloads, measurements, NOON_MS } from '../measurements.ts';
import { randomFrom } from '../random.ts';
import { keyOf, type Order, orderAt, ordersOf } from './orders.ts';

/**
 * Processor time, as `shared/cost/measured.ts` has it: in microseconds of a core that decodes an event of 200 bytes, base64 and JSON, in 0.86 µs. That is what a thread of
 * a Xeon at 2.5 GHz takes when nothing else runs; what other programs do to the times here is so taken out of them.
 */
export interface ProcessorTimes {
  readonly request: number;
  readonly ingest: {
    readonly batch: number;
    readonly record: number;
    readonly event: number;
    readonly gunzip: number;
    readonly row: number;
  };
  readonly fire: { readonly invocation: number; readonly commit: number; readonly row: number; readonly pane: number };
}

const REFERENCE_US = 0.86;
const ROUNDS = 8;
const EVENTS = 7_800;
const FEW_KEYS = 500;
// So many that hardly one comes twice.
const MANY_KEYS = EVENTS * 20;
const CALLS = 100;
const COMMITS = 20;
const SHARD = 'shardId-000000000000' as ShardId;
const CONTEXT = {} as Context;
const QUIET = { publish: async () => {} };
const orders = ordersOf(settleWorkload({ rate: 1, keys: 1, eventBytes: 200, window: '1d' }));

/** Takes a minute. */
export async function measureProcessorTimes(): Promise<ProcessorTimes> {
  return { request: await requestUs(), ingest: await ingestUs(), fire: await fireUs() };
}

/** Times of some works, taken in turns with the decoding of events. */
async function scaled(works: readonly Round[], rounds: number): Promise<readonly number[]> {
  const events = measurementPayloads(EVENTS, FEW_KEYS, NOON_MS, 1).map((payload) => Buffer.from(payload).toString('base64'));
  const decode: Round = () => () => {
    for (const event of events) JSON.parse(Buffer.from(event, 'base64').toString());
  };
  const times = await cpuOfEach([...works, decode], rounds);
  const reference = times[works.length] as number;
  return times.map((us) => (us / reference) * EVENTS * REFERENCE_US);
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
    const [us = 0] = await scaled([calls], ROUNDS / 2);
    return us / CALLS;
  } finally {
    client.destroy();
    await emulator.stop();
  }
}

/** From the raw payload on, as Lambda's runtime hands it over; the store only counts. */
async function ingestUs(): Promise<ProcessorTimes['ingest']> {
  const handler = createIngestHandler(measurements, { logStore: new CountingStore(), sideStream: QUIET, clock: { nowMs: () => NOON_MS } });
  let next = 10n ** 55n;
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
  const [small = 0, parse = 0, few = 0, many = 0, unpacked = 0] = await scaled(works, ROUNDS);
  const [fewRows, manyRows] = [FEW_KEYS, MANY_KEYS].map((keys) => {
    const payloads = measurementPayloads(EVENTS, keys, NOON_MS, keys);
    return new Set(payloads.map((payload) => (JSON.parse(payload) as Measurement).deviceId)).size;
  }) as [number, number];
  const batch = small / CALLS;
  const row = Math.max(0, (many - few) / (manyRows - fewRows));
  return { batch, record: parse / EVENTS, event: (few - parse - batch - fewRows * row) / EVENTS, gunzip: unpacked / CALLS / CALLS, row };
}

/** On memory: what the calls of services take comes on top. */
async function fireUs(): Promise<ProcessorTimes['fire']> {
  const [few, many] = [await firingsOf(FEW_KEYS), await firingsOf(MANY_KEYS)];
  const [idle = 0, fewIn = 0, manyIn = 0, manyOut = 0] = await scaled([few.idle, few.absorb, many.absorb, many.leave], ROUNDS / 4);
  const invocation = idle / CALLS;
  const row = (manyIn - fewIn) / COMMITS / (many.rows - few.rows);
  return { invocation, commit: Math.max(0, fewIn / COMMITS - few.rows * row), row, pane: (manyOut - manyIn) / many.panes };
}

interface Firings {
  /** Of a commit, on average. */
  readonly rows: number;
  readonly panes: number;
  readonly idle: Round;
  /** Takes in all commits, of one window. */
  readonly absorb: Round;
  /** Likewise, and everything leaves. */
  readonly leave: Round;
}

async function firingsOf(keys: number): Promise<Firings> {
  const random = randomFrom(keys);
  const batches = Array.from({ length: COMMITS }, () =>
    Array.from({ length: EVENTS }, () => orderAt(NOON_MS, keyOf('id', Math.floor(random() * keys)), random)),
  );
  const store = await committed(batches);
  const cold = (logStore: LogStore) =>
    new Fire(
      orders,
      {
        logStore,
        outputStream: QUIET,
        sideStream: QUIET,
        shards: fixedShards(SHARD),
        shardProbe: busyShards,
        clock: { nowMs: () => NOON_MS },
      },
      { snapshots: NO_SNAPSHOTS },
    );
  const idle = cold(new CountingStore());
  const distinct = (some: readonly Order[]) => new Set(some.map(({ key }) => key)).size;
  return {
    rows: batches.reduce((sum, batch) => sum + distinct(batch), 0) / COMMITS,
    panes: distinct(batches.flat()),
    idle: () => async () => {
      for (let call = 0; call < CALLS; call++) await idle.fire();
    },
    absorb: () => {
      const fire = cold(store);
      return () => fire.fire();
    },
    leave: () => {
      const fire = cold(store);
      return async () => {
        await fire.fire();
        await fire.drain();
      };
    },
  };
}

/** A shard's log of these batches, which takes whatever is appended to others and forgets it. */
async function committed(batches: readonly (readonly Order[])[]): Promise<LogStore> {
  const memory = new MemoryLogStore();
  const ingest = new Ingest(orders, { logStore: memory, sideStream: QUIET, clock: { nowMs: () => NOON_MS } });
  let next = 10n ** 55n;
  for (const batch of batches) {
    const records = batch.map((order) => ({
      sequenceNumber: String(next++) as SequenceNumber,
      partitionKey: 'any',
      arrivedAtMs: NOON_MS,
      data: JSON.stringify(order),
      encoding: 'utf8' as const,
    }));
    await ingest.ingest(SHARD, records);
  }
  const own = shardLog(orders.name, SHARD);
  return {
    append: async () => ({ kind: 'appended' }),
    read: async (log, after) => (log === own ? memory.read(log, after) : []),
    last: async () => undefined,
  };
}
