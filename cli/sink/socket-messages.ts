import { Buffer } from 'node:buffer';
import type { StreamEvent } from '../../shared/adapters/kinesis/put-batches.ts';
import { requestBatches } from '../../shared/adapters/request-batches.ts';
import { FRAME_BYTES_MAX, MESSAGE_BYTES_MAX } from '../../shared/intake/event-message.ts';
import { CommandError } from '../command-error.ts';

// As many as a message may hold. What is around them, an id of a dozen digits with it, has fewer bytes than this.
const EVENTS_MAX = 500;
const ENVELOPE_BYTES = 100;

/** Events as texts of a message's `events`, in their order: as many to a message as one frame takes, and one that is larger than that alone. */
export function* socketMessages(events: readonly StreamEvent[]): Generator<readonly string[]> {
  const limits = { itemsMax: EVENTS_MAX, bytesMax: FRAME_BYTES_MAX - ENVELOPE_BYTES };
  for (const batch of requestBatches(events.map(offered), ({ bytes }) => bytes, limits)) yield batch.map(({ text }) => text);
}

/** A message, as it is sent. */
export function messageText(id: string, events: readonly string[]): string {
  return `{"id":"${id}","events":[${events.join(',')}]}`;
}

/** @throws {CommandError} when it cannot go over a WebSocket. */
function offered({ partitionKey, data }: StreamEvent): { readonly text: string; readonly bytes: number } {
  const event = typeof data === 'string' ? data : Buffer.from(data).toString();
  if (!isJson(event))
    throw new CommandError(`an event is no JSON (${event.slice(0, 40)}), and a WebSocket takes no other; put it onto the stream: --stream`);
  const text = `{"partitionKey":${JSON.stringify(partitionKey)},"data":${event}}`;
  const bytes = Buffer.byteLength(text) + 1;
  const bytesMax = MESSAGE_BYTES_MAX - ENVELOPE_BYTES;
  if (bytes > bytesMax)
    throw new CommandError(`an event has ${bytes} bytes; a WebSocket takes ${bytesMax}. Put it onto the stream: --stream`);
  return { text, bytes };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
