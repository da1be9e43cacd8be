import { Buffer } from 'node:buffer';
import { boundedOutOfOrderness, collect, count, type Pane, pipeline, type WindowContents } from 'mullion';
import { busyShards } from '../../shared/adapters/memory/busy-shards.ts';
import { fixedShards } from '../../shared/adapters/memory/fixed-shards.ts';
import { MemoryLogStore } from '../../shared/adapters/memory/memory-log-store.ts';
import { MemoryPublisher } from '../../shared/adapters/memory/memory-publisher.ts';
import { Fire } from '../../shared/firing/fire.ts';
import { Ingest } from '../../shared/ingest/ingest.ts';
import { epochLog, type LogName, type ShardId } from '../../shared/log/keys.ts';
import type { LogEntry } from '../../shared/log/log-entry.ts';
import type { Position } from '../../shared/log/position.ts';
import type { LateRefusal, RecordRefusal, Refusal } from '../../shared/log/refusal.ts';
import type { SequenceNumber } from '../../shared/log/sequence-number.ts';
import type { GroupedBy, KeyedBy } from '../../shared/pipeline/pipeline-options.ts';
import type { Pipeline } from '../../shared/pipeline/pipeline.ts';

export interface Happening {
  readonly id: number;
  readonly at: number;
  readonly key: string;
}

/** An event where it stands on the stream. */
export interface Placed extends Happening {
  readonly shard: ShardId;
  readonly sequenceNumber: SequenceNumber;
}

export interface Batch {
  readonly shard: number;
  readonly events: readonly Happening[];
  readonly fires: boolean;
  readonly restart: boolean;
  /** It is committed while an epoch is on its way, so that its events may find their windows closed. */
  readonly races: boolean;
}

const BOUND_MS = 20;

/** One window, whose panes name the events that they hold; and beside it others, if there are to be any. */
export function tracedPipeline(
  shape: Omit<WindowContents<Happening>, 'aggregate'>,
  by: KeyedBy<Happening> | GroupedBy<Happening> = { keyBy: ({ key }) => key },
  others: Readonly<Record<string, Omit<WindowContents<Happening>, 'aggregate'>>> = {},
): Pipeline<Happening> {
  const aggregate = { n: count(), ids: collect<Happening, number>({ limit: 1_000, of: ({ id }) => id }) };
  const windows = Object.entries({ w: shape, ...others }).map(([name, each]) => [name, { ...each, ...by, aggregate }] as const);
  return pipeline<Happening>('traced', {
    timestamp: ({ at }) => at,
    watermark: boundedOutOfOrderness(BOUND_MS),
    windows: Object.fromEntries(windows),
  });
}

/** The ids in a pane, rising. */
export function idsIn({ value }: Pane): number[] {
  return (value.ids as { events: number[] }).events.toSorted((a, b) => a - b);
}

export interface TracedRun {
  readonly store: MemoryLogStore;
  readonly placed: readonly Placed[];
  readonly panes: readonly Pane[];
  /** Ids of the events that ingest refused. */
  readonly refusedByIngest: ReadonlySet<number>;
  readonly refusedByFire: readonly LateRefusal[];
}

/** A store that runs what waits before an epoch is appended: after its cut was read. */
class RacingStore extends MemoryLogStore {
  race: (() => Promise<void>) | undefined;

  override async append(log: LogName, position: Position, entry: LogEntry) {
    const { race } = this;
    if (log === epochLog('traced') && race !== undefined) {
      this.race = undefined;
      await race();
    }
    return super.append(log, position, entry);
  }
}

interface RunOptions {
  readonly drains?: boolean;
  /** Takes over halfway. */
  readonly successor?: Pipeline<Happening>;
}

/** Runs batches through ingest and fire, and drains unless told not to. */
export async function runTraced(
  definition: Pipeline<Happening>,
  batches: readonly Batch[],
  { drains = true, successor = definition }: RunOptions = {},
): Promise<TracedRun> {
  const store = new RacingStore();
  const output = new MemoryPublisher();
  const side = new MemoryPublisher();
  let nowMs = 4_000_000_000_000;
  const ports = {
    logStore: store,
    outputStream: output,
    sideStream: side,
    shards: fixedShards(...new Set(batches.map(({ shard }) => shardId(shard)))),
    shardProbe: busyShards,
    clock: { nowMs: () => nowMs },
  };
  let present = definition;
  let ingest = new Ingest(present, ports);
  let fire = new Fire(present, ports);
  const placed: Placed[] = [];
  for (const [index, { shard, events, fires, restart, races }] of batches.entries()) {
    if (present !== successor && index >= batches.length / 2) {
      present = successor;
      ingest = new Ingest(present, ports);
      fire = new Fire(present, ports);
    }
    nowMs += 1_000;
    const deliver = async () => {
      const here = events.map(
        (event): Placed => ({ ...event, shard: shardId(shard), sequenceNumber: String(10 ** 12 + event.id) as SequenceNumber }),
      );
      placed.push(...here);
      await ingest.ingest(
        shardId(shard),
        here.map(({ sequenceNumber, id, at, key }) => ({
          sequenceNumber,
          partitionKey: key,
          arrivedAtMs: nowMs,
          data: JSON.stringify({ id, at, key }),
          encoding: 'utf8',
        })),
      );
    };
    if (races && store.race === undefined) store.race = deliver;
    else {
      // A shard delivers in order.
      await store.race?.();
      store.race = undefined;
      await deliver();
    }
    if (fires) await fire.fire();
    if (restart) fire = new Fire(present, ports);
  }
  await store.race?.();
  store.race = undefined;
  if (drains) await fire.drain();
  const refusals = side.documents<Refusal>();
  const isByFire = (refusal: Refusal): refusal is LateRefusal => refusal.kind === 'lateDelta';
  return {
    store,
    placed,
    panes: output.documents<Pane>(),
    refusedByIngest: new Set(
      refusals.filter((refusal): refusal is RecordRefusal => !isByFire(refusal)).map(({ data }) => idOf(Buffer.from(data, 'base64'))),
    ),
    refusedByFire: refusals.filter(isByFire),
  };
}

function idOf(bytes: Buffer): number {
  return (JSON.parse(bytes.toString('utf8')) as Happening).id;
}

function shardId(shard: number): ShardId {
  return `shardId-${String(shard).padStart(12, '0')}` as ShardId;
}
