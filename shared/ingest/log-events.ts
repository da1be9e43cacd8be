import type { LogEvent } from '../pipeline/log-event.ts';
import { jsonIn } from './bounded-json.ts';
import { InvalidRecord } from './invalid-record.ts';

/** What each log event is given. */
type Shared = Pick<LogEvent, 'owner' | 'logGroup' | 'logStream'>;

const SHARED = ['owner', 'logGroup', 'logStream'] as const satisfies (keyof Shared)[];
// Repeated for every event: each must be as short as CloudWatch has it, and all of it something that fits into memory.
const SHARED_LENGTH_MAX = 512;
const REPEATED_LENGTH_MAX = 16 * 1024 * 1024;

/**
 * The log events in what a subscription of CloudWatch Logs has put on the stream, as JSON each; none in its control messages, which only ask
 * whether the stream can be reached.
 *
 * @returns `undefined` when the text is no such thing.
 * @throws {InvalidRecord} when they would be too much to be had in memory.
 */
export function logEventsIn(text: string): readonly string[] | undefined {
  // Looked at first: most of what is zipped is something else, and is not to be parsed twice.
  if (!text.includes('"messageType"') || !text.includes('"logEvents"')) return undefined;
  const message = jsonIn(text);
  if (!isObject(message) || !Array.isArray(message['logEvents'])) return undefined;
  if (message['messageType'] === 'CONTROL_MESSAGE') return [];
  const shared = sharedOf(message);
  if (message['messageType'] !== 'DATA_MESSAGE' || shared === undefined) return undefined;
  const repeated = JSON.stringify(shared).length * message['logEvents'].length;
  if (repeated > REPEATED_LENGTH_MAX)
    throw new InvalidRecord('packed', `its log events repeat more than ${REPEATED_LENGTH_MAX} characters`);
  return message['logEvents'].map((event: unknown) => JSON.stringify(isObject(event) ? { ...event, ...shared } : event));
}

function sharedOf(message: Record<string, unknown>): Shared | undefined {
  const shared = SHARED.map((name) => [name, message[name]]);
  const isShort = (value: unknown) => typeof value === 'string' && value.length <= SHARED_LENGTH_MAX;
  return shared.every(([, value]) => isShort(value)) ? (Object.fromEntries(shared) as Shared) : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
