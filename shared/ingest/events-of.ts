import type { Pipeline } from '../pipeline/pipeline.ts';
import { BatchEvents } from './batch-events.ts';
import { DeclaredEvents } from './declared-events.ts';
import type { EventCursor } from './event-cursor.ts';
import type { InputRecord } from './input-record.ts';

/** The events of a batch: read as the pipeline declares its input, or by what is found out of each record. */
export function eventsOf({ input }: Pick<Pipeline<never>, 'input'>, records: readonly InputRecord[]): EventCursor {
  return input === undefined ? new BatchEvents(records) : new DeclaredEvents(input, records);
}
