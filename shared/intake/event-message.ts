import { show } from '../definition/show.ts';
import type { OfferedEvent } from './accept-events.ts';
import { eventTexts } from './event-texts.ts';

/** What API Gateway passes on in one message of a WebSocket, either way. */
export const MESSAGE_BYTES_MAX = 128 * 1024;
/** Of that, what it takes in one frame, and counts as one message on the bill. */
export const FRAME_BYTES_MAX = 32 * 1024;

const ID_CHARACTERS_MAX = 64;
const KEY_CHARACTERS_MAX = 256;
const SHAPE = 'needed: {"id": "1", "events": [{"data": …}, …]}';

/** Events that came in one message of a WebSocket. */
export interface EventMessage {
  /** By which the sender knows the answer. */
  readonly id: string;
  readonly events: readonly OfferedEvent[];
}

/** A message that cannot be read, and why. */
export interface UnreadableMessage {
  /** Of the message, where that much can be read. */
  readonly id: string | undefined;
  /** What was given, what is allowed, what to do. */
  readonly reason: string;
}

/** Reads a message. Whatever it is, it is not an error of ours. */
export function readMessage(text: string, eventsMax: number): EventMessage | UnreadableMessage {
  const said = parsed(text);
  if (!isObject(said)) return { id: undefined, reason: `the message is ${said === undefined ? 'no JSON' : show(said)}; ${SHAPE}` };
  const { id, events } = said;
  if (typeof id !== 'string' || id === '' || id.length > ID_CHARACTERS_MAX)
    return { id: undefined, reason: `id is ${show(id)}; needed: text of 1 to ${ID_CHARACTERS_MAX} characters, which the answer repeats` };
  if (!Array.isArray(events) || events.length === 0 || events.length > eventsMax)
    return { id, reason: `events is ${show(events)}; needed: an array of 1 to ${eventsMax}, each {"data": …}` };
  for (const [index, event] of events.entries()) {
    const fault = faultOf(event);
    if (fault !== undefined) return { id, reason: `events.${index}${fault}` };
  }
  const texts = eventTexts(text);
  return { id, events: (events as Omit<OfferedEvent, 'text'>[]).map((event, index) => ({ ...event, text: texts[index] as string })) };
}

function faultOf(event: unknown): string | undefined {
  if (!isObject(event)) return ` is ${show(event)}; needed: {"data": …}`;
  if (!Object.hasOwn(event, 'data')) return ` has no data; needed: {"data": …}, the event as it is to stand on the stream`;
  const { partitionKey: key } = event;
  if (key === undefined || (typeof key === 'string' && key !== '' && key.length <= KEY_CHARACTERS_MAX)) return undefined;
  return `.partitionKey is ${show(key)}; needed: text of 1 to ${KEY_CHARACTERS_MAX} characters, or leave it out`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
