import type { LogEvent } from '../pipeline/log-event.ts';
import { parseJson } from './bounded-json.ts';
import { InvalidRecord } from './invalid-record.ts';

/** What each log event is given: they are repeated, so each must be as short as CloudWatch has them. */
const SHARED_LENGTH_MAX: Readonly<Record<keyof Pick<LogEvent, 'owner' | 'logGroup' | 'logStream'>, number>> = {
  owner: 64,
  logGroup: 512,
  logStream: 512,
};

// All of it together, repeated for every event.
const REPEATED_LENGTH_MAX = 16 * 1024 * 1024;

type Shared = Record<keyof typeof SHARED_LENGTH_MAX, string>;

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
  const message = objectIn(text);
  if (message === undefined || !Array.isArray(message['logEvents'])) return undefined;
  if (message['messageType'] === 'CONTROL_MESSAGE') return [];
  const shared = sharedOf(message);
  if (message['messageType'] !== 'DATA_MESSAGE' || shared === undefined) return undefined;
  const repeated = JSON.stringify(shared).length * message['logEvents'].length;
  if (repeated > REPEATED_LENGTH_MAX)
    throw new InvalidRecord('packed', `the record holds log events that would repeat more than ${REPEATED_LENGTH_MAX} characters`);
  return message['logEvents'].map((event: unknown) => JSON.stringify(isObject(event) ? { ...event, ...shared } : event));
}

function objectIn(text: string): Record<string, unknown> | undefined {
  try {
    const value = parseJson(text);
    return isObject(value) ? value : undefined;
  } catch (error) {
    // It will be refused as what it is: no JSON.
    if (error instanceof InvalidRecord) return undefined;
    throw error;
  }
}

function sharedOf(message: Record<string, unknown>): Shared | undefined {
  const shared: Partial<Shared> = {};
  for (const name of Object.keys(SHARED_LENGTH_MAX) as (keyof Shared)[]) {
    const value = message[name];
    if (typeof value !== 'string' || value.length > SHARED_LENGTH_MAX[name]) return undefined;
    shared[name] = value;
  }
  return shared as Shared;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
