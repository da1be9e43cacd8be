import type { PutRecordsRequestEntry } from '@aws-sdk/client-kinesis';
import { pause } from '../pause.ts';

export interface StreamEvent {
  readonly partitionKey: string;
  /** Goes on the stream as UTF-8 where it is text. */
  readonly data: string | Uint8Array;
}

export type PutEntry = PutRecordsRequestEntry & { Data: Uint8Array; PartitionKey: string };

export interface BatchingOptions {
  readonly eventsPerSecond: number;
  readonly signal?: AbortSignal;
}

const ENTRIES_PER_PUT_MAX = 500;
/** AWS takes twice as much; kinesalite refuses a request over 7 MB, and data grows by a third on the way. */
export const BYTES_PER_PUT_MAX = 5 * 1024 * 1024;
/** Events are due at multiples of this, so that a steady trickle makes batches; and none waits longer for company. */
const TICK_MS = 50;

/**
 * Gathers events into batches that one PutRecords call takes, at the given rate. Reads no further ahead than one event.
 * An event that must wait, for its turn or because its source is slow, does not hold up those before it.
 */
export async function* inBatches(
  events: Iterable<StreamEvent> | AsyncIterable<StreamEvent>,
  { eventsPerSecond, signal }: BatchingOptions,
): AsyncGenerator<PutEntry[], void, void> {
  const source = Symbol.asyncIterator in events ? events[Symbol.asyncIterator]() : events[Symbol.iterator]();
  const startedAtMs = performance.now();
  const isStopped = () => signal?.aborted === true;
  const batch = new OpenBatch();
  let readCount = 0;
  let tick = pause(TICK_MS, signal);
  try {
    for (;;) {
      const next = source.next();
      let arrived = await firstOf(next, tick);
      while (arrived === undefined && !isStopped()) {
        if (!batch.isEmpty) yield batch.take();
        tick = pause(TICK_MS, signal);
        arrived = await firstOf(next, tick);
      }
      if (arrived === undefined || arrived.done === true) break;

      const entry = entryOf(arrived.value);
      const earlyMs = startedAtMs + dueAfterMs(readCount, eventsPerSecond) - performance.now();
      readCount += 1;
      if (!batch.isEmpty && (earlyMs > 0 || !batch.hasRoomFor(entry))) yield batch.take();
      if (earlyMs > 0) await pause(earlyMs, signal);
      if (isStopped()) break;
      batch.add(entry);
    }
    if (!batch.isEmpty && !isStopped()) yield batch.take();
  } finally {
    // Not awaited: a source that is in the middle of `next` answers only after that, and a stop should not wait for it.
    void Promise.resolve(source.return?.()).catch(() => {});
  }
}

/** What one call takes, being gathered. */
export class OpenBatch {
  #entries: PutEntry[] = [];
  #bytes = 0;

  get isEmpty(): boolean {
    return this.#entries.length === 0;
  }

  hasRoomFor(entry: PutEntry): boolean {
    return this.#entries.length < ENTRIES_PER_PUT_MAX && this.#bytes + bytesOf(entry) <= BYTES_PER_PUT_MAX;
  }

  add(entry: PutEntry): void {
    this.#entries.push(entry);
    this.#bytes += bytesOf(entry);
  }

  take(): PutEntry[] {
    const taken = this.#entries;
    this.#entries = [];
    this.#bytes = 0;
    return taken;
  }
}

/** What has come from the source, or undefined when the tick was first. A source that answers at once is not waited for. */
function firstOf<T>(next: T | Promise<T>, tick: Promise<void>): T | undefined | Promise<T | undefined> {
  return next instanceof Promise ? Promise.race([next, tick.then(() => undefined)]) : next;
}

/** An event as a call takes it. */
export function entryOf({ partitionKey, data }: StreamEvent): PutEntry {
  return { PartitionKey: partitionKey, Data: typeof data === 'string' ? Buffer.from(data) : data };
}

function bytesOf(entry: PutEntry): number {
  return entry.Data.length + Buffer.byteLength(entry.PartitionKey);
}

/** When the n-th event is due, on the grid of ticks. */
function dueAfterMs(index: number, eventsPerSecond: number): number {
  return Math.ceil((index * 1_000) / eventsPerSecond / TICK_MS) * TICK_MS;
}
