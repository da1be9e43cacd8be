import { eventsOf } from '../../shared/ingest/events-of.ts';
import { partitionKeyOf } from '../../shared/ingest/partition-key.ts';
import type { SequenceNumber } from '../../shared/log/sequence-number.ts';
import type { Pipeline } from '../../shared/pipeline/pipeline.ts';
import type { RawEvent } from '../input/raw-event.ts';

/** When an event of a file happened, and beside which others it goes onto a stream. */
export interface EventAddress {
  /** Milliseconds since 1970; undefined where it cannot be read. */
  readonly timeMs: number | undefined;
  /** Undefined where there is none. */
  readonly key: string | undefined;
}

/** Reads it from the payload of a record. Never throws: what is no event goes onto the stream as it is, to be refused there. */
export type AddressReader = (payload: RawEvent) => EventAddress;

const NOWHERE: EventAddress = { timeMs: undefined, key: undefined };
// As milliseconds a moment of 1973, as seconds one in three thousand years.
const SECONDS_MAX = 100_000_000_000;

/** By what a pipeline says: its timestamp, and the key of its first window; of a record that holds several events, those of the first. */
export function addressByPipeline(pipeline: Pipeline): AddressReader {
  return (payload) => {
    const event = pipeline.input === undefined && payload.encoding === 'utf8' ? parsed(payload.data) : firstEvent(pipeline, payload);
    if (event === undefined) return NOWHERE;
    return { timeMs: finite(ofEvent(() => pipeline.options.timestamp(event))), key: ofEvent(() => partitionKeyOf(pipeline, event)) };
  };
}

/** By the names of fields, `time`, `properties.time`. */
export function addressByFields(fields: { readonly time?: string; readonly key?: string }): AddressReader {
  const [time, key] = [fields.time?.split('.'), fields.key?.split('.')];
  if (time === undefined && key === undefined) return () => NOWHERE;
  return ({ data, encoding }) => {
    if (encoding !== 'utf8') return NOWHERE;
    const event = parsed(data);
    return { timeMs: time && timeOf(fieldOf(event, time)), key: key && keyOf(fieldOf(event, key)) };
  };
}

/** As ingest would read it. */
function firstEvent(pipeline: Pipeline, payload: RawEvent): unknown {
  const record = { ...payload, sequenceNumber: '1' as SequenceNumber, partitionKey: '', arrivedAtMs: 0 };
  return ofEvent(() => {
    const events = eventsOf(pipeline, [record]);
    return events.atEnd ? undefined : events.event();
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What a function of the pipeline makes of an event that it may not have been written for. */
function ofEvent<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

function fieldOf(event: unknown, path: readonly string[]): unknown {
  let value = event;
  for (const name of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}

function finite(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** Milliseconds, or seconds, since 1970, or an ISO 8601 time. */
function timeOf(value: unknown): number | undefined {
  const number = finite(value);
  if (number !== undefined) return Math.abs(number) < SECONDS_MAX ? number * 1_000 : number;
  const ms = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}

function keyOf(value: unknown): string | undefined {
  const key = typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
  return typeof key === 'string' && key !== '' && key.length <= 256 ? key : undefined;
}
