import { Buffer } from 'node:buffer';
import type { RawEvent } from '../input/raw-event.ts';
import { paced } from '../paced.ts';
import type { EventSink } from '../sink/event-sink.ts';
import type { AddressReader } from './event-address.ts';

export interface Replaying {
  readonly sink: EventSink;
  readonly addressOf: AddressReader;
  /** 1 keeps the pace of the events' own times; infinity sends as fast as the sink takes them. */
  readonly speed: number;
  /** Events to leave out: they were acknowledged before. */
  readonly skip: number;
  readonly signal: AbortSignal;
  /** Called when events are acknowledged, with all that are, from the first of the input on. */
  readonly onAcknowledged: (events: number) => void;
}

/** How a replay went. */
export interface Replayed {
  /** Events of the input that are acknowledged, those that were before included. */
  readonly acknowledged: number;
  /** Events without a time that could be read; they went at once. */
  readonly withoutTime: number;
  /** Events without a key that could be read; they were spread over the shards. */
  readonly withoutKey: number;
  /** Events that were sent again, because the sink did not take them at once. */
  readonly again: number;
  /** Whether it is not known of some that were sent if they arrived: the sink was told to stop. */
  readonly isSomeUnderWay: boolean;
}

interface Due {
  readonly event: RawEvent;
  readonly key: string;
  readonly dueMs: number;
}

/** Sends the events of an input in their order, at the pace at which they happened. One that lies behind others before it goes at once. */
export async function replayEvents(
  events: AsyncIterable<readonly RawEvent[]>,
  { sink, addressOf, speed, skip, signal, onAcknowledged }: Replaying,
): Promise<Replayed> {
  let [acknowledged, again, isSomeUnderWay] = [skip, 0, false];
  const without = { time: 0, key: 0 };
  const due = dueEvents(skipping(events, skip), addressOf, skip, without);
  for await (const batch of paced(due, { speed, signal, dueMs: ({ dueMs }) => dueMs })) {
    const outcome = await sink.send(batch.map(({ event, key }) => ({ partitionKey: key, data: payloadOf(event) })));
    acknowledged += outcome.taken;
    again += outcome.again;
    onAcknowledged(acknowledged);
    isSomeUnderWay = outcome.taken < batch.length;
    if (isSomeUnderWay) break;
  }
  // Where nothing waits, nobody has asked for times.
  const withoutTime = speed === Number.POSITIVE_INFINITY ? 0 : without.time;
  return { acknowledged, withoutTime, withoutKey: without.key, again, isSomeUnderWay };
}

async function* skipping(events: AsyncIterable<readonly RawEvent[]>, count: number): AsyncGenerator<readonly RawEvent[]> {
  let left = count;
  for await (const some of events) {
    if (left < some.length) yield left === 0 ? some : some.slice(left);
    left = Math.max(0, left - some.length);
  }
}

async function* dueEvents(
  chunks: AsyncIterable<readonly RawEvent[]>,
  addressOf: AddressReader,
  skipped: number,
  /** Counts up. */
  without: { time: number; key: number },
): AsyncGenerator<readonly Due[]> {
  let index = skipped;
  let firstMs: number | undefined;
  let latestMs = Number.NEGATIVE_INFINITY;
  for await (const chunk of chunks) {
    yield chunk.map((event): Due => {
      const { timeMs, key } = addressOf(event);
      if (timeMs === undefined) without.time++;
      if (key === undefined) without.key++;
      firstMs ??= timeMs;
      latestMs = Math.max(latestMs, timeMs ?? latestMs);
      // Where nothing says beside which it goes, they are spread over the shards.
      return { event, key: key ?? String(index++), dueMs: firstMs === undefined ? 0 : latestMs - firstMs };
    });
  }
}

function payloadOf({ data, encoding }: RawEvent): string | Uint8Array {
  return encoding === 'utf8' ? data : Buffer.from(data, 'base64');
}
