import { Buffer, isUtf8 } from 'node:buffer';
import { isAggregated, messageIn, userRecords } from './aggregated-record.ts';
import { parseJson } from './bounded-json.ts';
import { cloudEventsIn } from './cloud-events.ts';
import { EVENTS_MAX, eventsMaxOf, tooMany } from './event-count.ts';
import { isGzip } from './gzip.ts';
import type { InputRecord } from './input-record.ts';
import { InvalidRecord } from './invalid-record.ts';
import { linesIn } from './lines.ts';
import { logEventsIn } from './log-events.ts';
import { Unzipping } from './unzipping.ts';

type Part = Pick<InputRecord, 'data' | 'encoding'> & { readonly partitionKey?: string };

// What bytes that are no UTF-8 become; text may hold it, too.
const REPLACEMENT = '\uFFFD';

/** What a record holds that was sent to see whether it arrives. */
const NOTHING_SAID: readonly never[] = [];

/**
 * The events in a record that is not one event itself: lines of JSON, a batch of CloudEvents, what the Kinesis Producer Library has aggregated, what a subscription of
 * CloudWatch Logs has sent, gzip of JSON, of lines or of a batch. Each is as if it had come alone, with its place among the others. Asked for only when a record cannot be read as it is, so plain ones cost nothing.
 *
 * @param text The record's payload, where it is text.
 * @returns `undefined` when it is none of these; nothing when it is a control message of CloudWatch Logs.
 * @throws {InvalidRecord} when it is, and cannot be unpacked: it is refused as a whole.
 */
export function packedEvents(record: InputRecord, text: string | undefined): readonly InputRecord[] | undefined {
  const parts = text === undefined ? unpacked(Buffer.from(record.data, 'base64')) : severalIn(text, EVENTS_MAX)?.map(asText);
  if (parts === undefined) return undefined;
  if (parts === NOTHING_SAID) return NOTHING_SAID;
  if (parts.length === 0) throw new InvalidRecord('packed', 'the record is packed, and holds no event');
  const { sequenceNumber, arrivedAtMs } = record;
  return parts.map(({ data, encoding, partitionKey = record.partitionKey }, index) => ({
    sequenceNumber,
    partitionKey,
    arrivedAtMs,
    data,
    encoding,
    index,
  }));
}

function unpacked(payload: Buffer): readonly Part[] | undefined {
  const unzipping = new Unzipping();
  const eventsMax = eventsMaxOf(payload.length);
  if (isGzip(payload)) return partsOf(unzipping.of(payload), eventsMax);
  if (!isAggregated(payload)) return undefined;
  const message = messageIn(payload);
  const parts: Part[] = [];
  for (const { partitionKey, from, to } of userRecords(message, EVENTS_MAX)) {
    const text = isGzip(message, from) ? undefined : message.toString('utf8', from, to);
    if (text === undefined || text.includes(REPLACEMENT) || text.includes('\n') || text.startsWith('[')) {
      // Its sender alone pays for what cannot be read.
      const data = message.subarray(from, to);
      for (const part of partsOf(text === undefined ? unzipping.of(data) : data, eventsMax)) parts.push({ ...part, partitionKey });
    } else {
      parts.push({ data: text, encoding: 'utf8', partitionKey });
    }
    if (parts.length > eventsMax) throw tooMany(eventsMax);
  }
  return parts;
}

/** What is not text is left to be refused. */
function partsOf(bytes: Buffer, eventsMax: number): readonly Part[] {
  if (!isUtf8(bytes)) return [{ data: bytes.toString('base64'), encoding: 'base64' }];
  const text = bytes.toString('utf8');
  const logEvents = logEventsIn(text);
  if (logEvents?.length === 0) return NOTHING_SAID;
  if (logEvents !== undefined) return checked(logEvents, eventsMax).map(asText);
  return (isJson(text) ? (batchIn(text, eventsMax) ?? [text]) : (eventLinesIn(text, eventsMax) ?? [text])).map(asText);
}

/** @returns `undefined` when it is one event, good or bad. */
function severalIn(text: string, eventsMax: number): readonly string[] | undefined {
  return batchIn(text, eventsMax) ?? eventLinesIn(text, eventsMax);
}

function batchIn(text: string, eventsMax: number): readonly string[] | undefined {
  const events = cloudEventsIn(text);
  return events && checked(events, eventsMax);
}

function checked(events: readonly string[], eventsMax: number): readonly string[] {
  if (events.length > eventsMax) throw tooMany(eventsMax);
  return events;
}

/** Whether a text of several lines is one event that was written beautifully. */
function isJson(text: string): boolean {
  if (!text.includes('\n')) return true;
  try {
    parseJson(text);
    return true;
  } catch {
    return false;
  }
}

function asText(data: string): Part {
  return { data, encoding: 'utf8' };
}

/**
 * The lines of a text that is not JSON itself.
 *
 * @returns `undefined` when no line looks like an event: then it is one bad event, and no lines.
 */
function eventLinesIn(text: string, countMax: number): readonly string[] | undefined {
  const lines = linesIn(text, countMax);
  return lines.length > 1 && lines.some((line) => line.startsWith('{') && line.endsWith('}')) ? lines : undefined;
}
