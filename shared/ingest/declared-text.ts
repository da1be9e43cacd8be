import { isCloudEvent } from '../pipeline/cloud-event.ts';
import type { Format } from '../pipeline/input-declaration.ts';
import { parseJson } from './bounded-json.ts';
import { elementsIn } from './cloud-events.ts';
import { InvalidRecord } from './invalid-record.ts';
import { linesIn } from './lines.ts';
import { logEventsIn } from './log-events.ts';

/** The texts of the events in a payload, and whether it is a list of them, if only of one. */
export interface EventTexts {
  readonly texts: readonly string[];
  readonly isList: boolean;
}

/**
 * The events in the text of a payload that is what its format says.
 *
 * @throws {InvalidRecord} when it is not, as a whole.
 */
export function textsIn(text: string, format: Format | undefined, countMax: number): EventTexts {
  if (format === 'ndjson') {
    const lines = linesIn(text, countMax);
    return lines.length > 1 ? { texts: lines, isList: true } : { texts: [text], isList: false };
  }
  if (format === 'cloudevents' && /^\s*\[/.test(text)) return { texts: batchIn(text), isList: true };
  if (format === 'cloudwatch-logs') return { texts: logsIn(text), isList: true };
  return { texts: [text], isList: false };
}

/**
 * One of these events.
 *
 * @throws {InvalidRecord} when it is not what the format says.
 */
export function eventIn(text: string, format: Format | undefined): unknown {
  const event = parseJson(text);
  if (format === 'cloudevents' && !isCloudEvent(event))
    throw new InvalidRecord('format', 'the event is not a CloudEvent: it needs specversion, id, source and type, as text each');
  return event;
}

function batchIn(text: string): readonly string[] {
  const batch = parseJson(text) as readonly unknown[];
  if (batch.length === 0) throw new InvalidRecord('packed', 'the record is packed, and holds no event');
  return elementsIn(text);
}

function logsIn(text: string): readonly string[] {
  const events = logEventsIn(text);
  if (events === undefined) throw new InvalidRecord('format', 'the payload is not what a subscription of CloudWatch Logs sends');
  return events;
}
