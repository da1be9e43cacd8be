import type { Context } from 'aws-lambda';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createFireHandler } from '../../functions/fire/handler.ts';
import { createIngestHandler } from '../../functions/ingest/handler.ts';
import { DynamoDBLogStore } from '../../shared/adapters/dynamodb/dynamodb-log-store.ts';
import { busyShards } from '../../shared/adapters/memory/busy-shards.ts';
import { fixedShards } from '../../shared/adapters/memory/fixed-shards.ts';
import { MemoryPublisher } from '../../shared/adapters/memory/memory-publisher.ts';
import { OBJECT_FROM_BYTES } from '../../shared/cost/stored-entry.ts';
import type { Workload } from '../../shared/cost/workload.ts';
import type { ShardId } from '../../shared/watermarks/shard.ts';
import { FIRST_SEQUENCE_NUMBER, kinesisEvent } from '../kinesis-batch.ts';
import { randomFrom } from '../random.ts';
import { batchesOf } from './arrivals.ts';
import { type Capacity, CapacityByLog } from './capacity-by-log.ts';
import { CountedObjects } from './counted-objects.ts';
import { ordersOf } from './orders.ts';

/** What a pipeline did, by its handlers and by its table. */
export interface Metered extends Capacity {
  readonly batches: number;
  readonly fireInvocations: number;
  readonly panes: number;
  /** Of objects, where large payloads are. */
  readonly puts: number;
  readonly gets: number;
}

export interface MeteredRunOptions {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  /** What is counted. */
  readonly seconds: number;
  readonly seed?: number;
}

const START_MS = Date.UTC(2026, 0, 1);
// A pipeline begins with less state, and with what is done once.
const WARM_UP_WINDOWS = 2;
const CONTEXT = {} as Context;

/**
 * Runs the handlers of a workload on a table for some minutes of virtual time: events at random, batches as Lambda cuts them, the schedule, and fire
 * woken by ingest.
 */
export async function meteredRun(workload: Workload, { client, tableName, seconds, seed = 1 }: MeteredRunOptions): Promise<Metered> {
  const { lanes, tickMs, windowMs } = workload;
  const shards = Array.from({ length: workload.shards }, (_each, index) => `shardId-${String(index).padStart(12, '0')}` as ShardId);
  const capacity = new CapacityByLog();
  capacity.watch(client);
  let nowMs = START_MS;
  const clock = { nowMs: () => nowMs };
  const output = new MemoryPublisher();
  const objects = new CountedObjects();
  const written = { at: 'https://payloads.example', fromBytes: OBJECT_FROM_BYTES };
  const ports = {
    logStore: new DynamoDBLogStore({
      client,
      tableName,
      clock,
      retentionDays: workload.stateRetentionDays,
      objects: { store: objects, ...(workload.largePayloads === 's3' ? { written } : {}) },
    }),
    outputStream: output,
    sideStream: new MemoryPublisher(),
    shards: fixedShards(...shards),
    shardProbe: busyShards,
    clock,
  };
  const orders = ordersOf(workload, `orders-${seed}`);
  let [batches, fireInvocations] = [0, 0];
  const fires = Array.from({ length: lanes }, (_each, lane) => createFireHandler(orders, { ...ports, lane }));
  const wake = async () => {
    for (const fire of fires) await fire({}, CONTEXT);
    fireInvocations += lanes;
  };
  const random = randomFrom(seed);
  const sources = shards.map((shard) => {
    const cut = batchesOf(workload, START_MS, random);
    let sequenceNumber = FIRST_SEQUENCE_NUMBER;
    return {
      next: cut.next().value,
      // As in Lambda, where a shard is served by one environment at a time.
      ingest: createIngestHandler(orders, { ...ports, waker: { wake } }),
      async deliver(): Promise<void> {
        const { payloads, atMs } = this.next;
        this.next = cut.next().value;
        await this.ingest(kinesisEvent(payloads, atMs, sequenceNumber, shard), CONTEXT);
        sequenceNumber += BigInt(payloads.length);
        batches++;
      },
    };
  });

  const countFromMs = START_MS + WARM_UP_WINDOWS * windowMs;
  const endMs = countFromMs + seconds * 1_000;
  const total = (): Metered => ({
    ...capacity.total,
    batches,
    fireInvocations,
    panes: output.records.length,
    puts: objects.puts,
    gets: objects.gets,
  });
  let before: Metered | undefined;
  let tickAtMs = START_MS + tickMs / 2;
  for (;;) {
    const [source] = sources.toSorted((a, b) => a.next.atMs - b.next.atMs);
    if (source === undefined) throw new Error('a workload has a shard at least');
    const atMs = Math.min(tickAtMs, source.next.atMs);
    if (atMs >= countFromMs) before ??= total();
    if (atMs > endMs) return difference(total(), before ?? total());
    nowMs = Math.ceil(atMs);
    if (atMs === tickAtMs) {
      tickAtMs += tickMs;
      await wake();
    } else {
      await source.deliver();
    }
  }
}

function difference(after: Metered, before: Metered): Metered {
  const names = Object.keys(after) as (keyof Metered)[];
  return Object.fromEntries(names.map((name) => [name, after[name] - before[name]])) as unknown as Metered;
}
