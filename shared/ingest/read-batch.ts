import { show } from '../definition/show.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { type EventTime, isEventTime } from '../time/event-time.ts';
import { decode } from './decode.ts';
import type { InputRecord } from './input-record.ts';
import { guarded, InvalidRecord } from './invalid-record.ts';

/** An event that was read and has a time. */
export interface TimedEvent<E> {
  readonly record: InputRecord;
  readonly event: E;
  readonly time: EventTime;
  /** Whether the pipeline's filter lets it into windows. */
  readonly passes: boolean;
}

/** A record that is refused, with the reason. */
export interface Invalid {
  readonly record: InputRecord;
  readonly problem: InvalidRecord;
}

export interface ReadBatch<E> {
  readonly events: readonly TimedEvent<E>[];
  readonly invalid: readonly Invalid[];
}

/** Decodes records and reads their times: everything that must be known before it is decided what is late. */
export function readBatch<E>(pipeline: Pipeline<E>, records: readonly InputRecord[]): ReadBatch<E> {
  const events: TimedEvent<E>[] = [];
  const invalid: Invalid[] = [];
  for (const record of records) {
    try {
      events.push(readRecord(pipeline, record));
    } catch (problem) {
      if (!(problem instanceof InvalidRecord)) throw problem;
      invalid.push({ record, problem });
    }
  }
  return { events, invalid };
}

function readRecord<E>(pipeline: Pipeline<E>, record: InputRecord): TimedEvent<E> {
  // The one place where what came over the wire is taken for the event that the pipeline expects; its functions are guarded.
  const event = decode(record) as E;
  const { timestamp, filter } = pipeline.options;
  const time: unknown = guarded('timestamp', 'timestamp', () => timestamp(event));
  if (typeof time !== 'number' || !isEventTime(time)) {
    throw new InvalidRecord('timestamp', `timestamp gave ${show(time)}; needed: whole milliseconds since 1970`);
  }
  const aheadMs = time - record.arrivedAtMs;
  if (aheadMs > pipeline.maxFutureSkewMs) {
    throw new InvalidRecord(
      'future',
      `its time lies ${aheadMs} ms beyond its arrival; allowed: ${pipeline.maxFutureSkewMs} ms (maxFutureSkew)`,
    );
  }
  return { record, event, time, passes: filter === undefined || guarded('filter', 'filter', () => filter(event)) };
}
