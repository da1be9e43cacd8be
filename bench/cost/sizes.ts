import { Buffer } from 'node:buffer';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { toItem } from '../../shared/adapters/dynamodb/entry-item.ts';
import { fixedShards } from '../../shared/adapters/memory/fixed-shards.ts';
import { busyShards } from '../../shared/adapters/memory/busy-shards.ts';
import { MemoryLogStore } from '../../shared/adapters/memory/memory-log-store.ts';
import { MemoryPublisher } from '../../shared/adapters/memory/memory-publisher.ts';
import { KEY_KINDS, type KeyKind, type RowBytes } from '../../shared/cost/measured.ts';
import { settleWorkload } from '../../shared/cost/workload.ts';
import { Fire } from '../../shared/firing/fire.ts';
import { Ingest } from '../../shared/ingest/ingest.ts';
import type { PositionedEntry } from '../../shared/log/log-entry.ts';
import { epochLog, type LogName, publicationLog, shardLog, snapshotLog } from '../../shared/log/keys.ts';
import { ORIGIN } from '../../shared/log/position.ts';
import type { SequenceNumber } from '../../shared/log/sequence-number.ts';
import type { ShardId } from '../../shared/watermarks/shard.ts';
import { randomFrom } from '../random.ts';
import { keyOf, orderAt, ordersOf } from './orders.ts';
import { FIRST_SEQUENCE_NUMBER } from '../kinesis-batch.ts';

/** Sizes of what is stored, in bytes, as `shared/cost/measured.ts` has them. */
export interface Sizes {
  readonly commit: {
    readonly baseBytes: number;
    readonly sliceBytes: number;
    readonly rowBytes: Readonly<Record<KeyKind, RowBytes>>;
  };
  readonly epoch: {
    readonly baseBytes: number;
    readonly shardBytes: number;
    readonly paneBytes: Readonly<Record<KeyKind, number>>;
    readonly paneJsonBytes: Readonly<Record<KeyKind, number>>;
  };
  readonly markBytes: number;
  readonly snapshot: { readonly baseBytes: number };
}

const BATCH_EVENTS = 7_800;
// From batches in which hardly a key comes twice to such in which each comes ten times.
const EVENTS_PER_KEY = [0.1, 0.8, 1.5, 3, 10];
const FIRING_EVENTS_PER_KEY = 3;
const NOON_MS = Date.UTC(2026, 0, 1, 12);
// Within a window of a minute.
const SPAN_MS = 50_000;
const SHARD_COUNT = 2;
const SHARDS = Array.from({ length: SHARD_COUNT }, (_each, index) => `shardId-${String(index).padStart(12, '0')}` as ShardId);

const WORKLOAD = settleWorkload({ rate: 1, keys: 1, eventBytes: 200, window: '1m' });
const orders = ordersOf(WORKLOAD);

/** Measures them: what the engine writes of random events, to the byte. Pure of the code: no clock, the same in every run. */
export async function measureSizes(): Promise<Sizes> {
  const single = await commitOf('id', 1, 1);
  const sliceBytes = single.payload.length;
  const [one, two] = [await firingOf('id', 1, 1, 1), await firingOf('id', 1, 1, SHARD_COUNT)];
  const packed = Object.fromEntries(
    await Promise.all(
      KEY_KINDS.map(async (kind) => [kind, await firingOf(kind, BATCH_EVENTS, BATCH_EVENTS / FIRING_EVENTS_PER_KEY, 1)] as const),
    ),
  ) as Record<KeyKind, Firing>;
  const ofKinds = <T>(of: (kind: KeyKind) => T) => Object.fromEntries(KEY_KINDS.map((kind) => [kind, of(kind)])) as Record<KeyKind, T>;
  const rowPoints = ofKinds((kind) =>
    EVENTS_PER_KEY.map(async (each) => rowPoint(await commitOf(kind, BATCH_EVENTS, BATCH_EVENTS / each), sliceBytes)),
  );
  const rowBytes = {
    id: await Promise.all(rowPoints.id),
    email: await Promise.all(rowPoints.email),
    uuid: await Promise.all(rowPoints.uuid),
  };
  return {
    commit: { baseBytes: baseBytes(single), sliceBytes, rowBytes },
    epoch: {
      baseBytes: baseBytes(one.epoch),
      shardBytes: baseBytes(two.epoch) - baseBytes(one.epoch),
      paneBytes: ofKinds((kind) => rounded(packed[kind].epoch.payload.length / packed[kind].panes)),
      paneJsonBytes: ofKinds((kind) => rounded(packed[kind].paneJsonBytes / packed[kind].panes)),
    },
    markBytes: itemBytes(one.mark),
    snapshot: { baseBytes: itemBytes(one.snapshot) },
  };
}

interface StoredEntry extends PositionedEntry {
  readonly log: LogName;
  readonly rows: number;
  readonly events: number;
}

/** The commit of one batch: so many events of any of so many keys. */
async function commitOf(kind: KeyKind, events: number, keys: number): Promise<StoredEntry> {
  const store = new MemoryLogStore();
  const rows = await fold(store, kind, events, keys, 1);
  const log = shardLog(orders.name, SHARDS[0] as ShardId);
  return { ...(await newest(store, log)), log, rows, events };
}

interface Firing {
  readonly epoch: PositionedEntry & { readonly log: LogName };
  readonly mark: PositionedEntry & { readonly log: LogName };
  readonly snapshot: PositionedEntry & { readonly log: LogName };
  readonly panes: number;
  readonly paneJsonBytes: number;
}

/** What is stored when the window of a batch fires, and another is open. */
async function firingOf(kind: KeyKind, events: number, keys: number, shardCount: number): Promise<Firing> {
  const store = new MemoryLogStore();
  const output = new MemoryPublisher();
  await fold(store, kind, events, keys, shardCount);
  const snapshots = { isDue: () => true, isWorth: () => true };
  const shards = fixedShards(...SHARDS.slice(0, shardCount));
  const clock = { nowMs: () => NOON_MS + SPAN_MS };
  const ports = { logStore: store, outputStream: output, sideStream: new MemoryPublisher(), shards, shardProbe: busyShards, clock };
  const fire = new Fire(orders, ports, { snapshots });
  await fire.fire();
  await fire.drain();
  const entry = async (log: LogName) => ({ ...(await newest(store, log)), log });
  return {
    epoch: await entry(epochLog(orders.name)),
    mark: await entry(publicationLog(orders.name)),
    snapshot: await entry(snapshotLog(orders.name)),
    panes: output.records.length,
    paneJsonBytes: output.records.reduce((sum, { json }) => sum + Buffer.byteLength(json), 0),
  };
}

/** How many keys came. */
async function fold(store: MemoryLogStore, kind: KeyKind, events: number, keys: number, shardCount: number): Promise<number> {
  const random = randomFrom(events + keys);
  const seen = new Set<string>();
  const ingest = new Ingest(orders, { logStore: store, sideStream: new MemoryPublisher(), clock: { nowMs: () => NOON_MS + SPAN_MS } });
  for (const shard of SHARDS.slice(0, shardCount)) {
    const records = Array.from({ length: events }, (_each, index) => {
      const order = orderAt(NOON_MS + Math.floor((index * SPAN_MS) / events), keyOf(kind, Math.floor(random() * keys)), random);
      seen.add(order.key);
      return {
        sequenceNumber: String(FIRST_SEQUENCE_NUMBER + BigInt(index)) as SequenceNumber,
        partitionKey: 'any',
        arrivedAtMs: NOON_MS + SPAN_MS,
        data: JSON.stringify(order),
        encoding: 'utf8' as const,
      };
    });
    await ingest.ingest(shard, records);
  }
  return seen.size;
}

async function newest(store: MemoryLogStore, log: LogName): Promise<PositionedEntry> {
  const entry = (await store.read(log, ORIGIN)).at(-1);
  if (entry === undefined) throw new Error(`${log} is empty: nothing was written that could be measured`);
  return entry;
}

function rowPoint({ payload, rows, events }: StoredEntry, sliceBytes: number): readonly [number, number] {
  return [rounded(events / rows), rounded((payload.length - sliceBytes) / rows)];
}

function baseBytes(entry: PositionedEntry & { readonly log: LogName }): number {
  return itemBytes(entry) - entry.payload.length;
}

/** As DynamoDB counts: names and values; a number is two digits a byte, and a byte. */
function itemBytes(entry: PositionedEntry & { readonly log: LogName }): number {
  const item: Record<string, AttributeValue> = toItem(entry.log, entry.position, entry, undefined, NOON_MS / 1_000);
  const sizes = Object.entries(item).map(
    ([name, { S, N, B }]) =>
      name.length + (S === undefined ? 0 : Buffer.byteLength(S)) + (N === undefined ? 0 : Math.ceil(N.length / 2) + 1) + (B?.length ?? 0),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
