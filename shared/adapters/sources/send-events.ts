/**
 * Brings events from elsewhere onto the stream that a pipeline reads.
 *
 * @module mullion/sources
 */
import type { KinesisClient } from '@aws-sdk/client-kinesis';
import type { EventSource, SourceEvent } from '../../ports/event-source.ts';
import { inBatches, type StreamEvent } from '../kinesis/put-batches.ts';
import { putBatch } from '../kinesis/put-records.ts';

export type { EventSource, SourceEvent } from '../../ports/event-source.ts';

/** How far the events of a source have come. */
export interface SentEvents {
  /** How many the stream has taken. */
  readonly sent: number;
  /** The source's, behind the last of these that has one: what to begin with next time. */
  readonly position: string | undefined;
}

/** Which stream the events of a source go onto, from where on, and who is told how far they came. */
export interface SendEventsOptions {
  /** Its region and credentials are used as they are. */
  readonly client: KinesisClient;
  /** Where the events go. */
  readonly streamName: string;
  /** Where the source goes on. Default: at its beginning. */
  readonly after?: string | undefined;
  /** Ends it, in order: what is under way is waited for. */
  readonly signal?: AbortSignal;
  /** Called when the stream has taken events, before more are sent: the place to keep the position. When it throws, sending ends. */
  readonly onSent?: (sent: SentEvents) => void | Promise<void>;
  /** At most so many. Default: as many as the stream takes. */
  readonly eventsPerSecond?: number;
}

/**
 * Puts the events of a source on a Kinesis stream, in their order, up to the source's end. One batch is under way at a time, and what the stream refuses of it goes again until it is taken. Whoever is
 * killed in between begins behind the last position that was told, and up to 500 events may come a second time.
 *
 * @throws what the source throws, and what waiting cannot cure: no such stream, no permission, an event that is too large.
 */
export async function sendEvents(source: EventSource, options: SendEventsOptions): Promise<SentEvents> {
  const { client, streamName, after, signal = new AbortController().signal, onSent, eventsPerSecond = Number.POSITIVE_INFINITY } = options;
  const positions: (string | undefined)[] = [];
  let progress: SentEvents = { sent: 0, position: after };
  const events = streamed(source.read(after, signal), (position) => positions.push(position));
  for await (const entries of inBatches(events, { eventsPerSecond, signal })) {
    const { putCount } = await putBatch(client, streamName, entries, signal);
    // Which of them are in is not told.
    if (putCount < entries.length) break;
    const position = positions.splice(0, entries.length).findLast((each) => each !== undefined) ?? progress.position;
    progress = { sent: progress.sent + entries.length, position };
    await onSent?.(progress);
  }
  return progress;
}

async function* streamed(events: AsyncIterable<SourceEvent>, onRead: (position: string | undefined) => void): AsyncGenerator<StreamEvent> {
  let read = 0;
  for await (const { data, partitionKey = String(read), position } of events) {
    read++;
    onRead(position);
    yield { partitionKey, data: payloadOf(data) };
  }
}

function payloadOf(data: unknown): string | Uint8Array {
  return typeof data === 'string' || data instanceof Uint8Array ? data : JSON.stringify(data);
}
