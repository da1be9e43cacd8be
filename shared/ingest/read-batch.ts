import { show } from '../definition/show.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { type EventTime, isEventTime } from '../time/event-time.ts';
import type { SourceName } from '../watermarks/source-clock.ts';
import type { WatermarkStrategy } from '../watermarks/watermark-strategy.ts';
import { decode } from './decode.ts';
import type { InputRecord } from './input-record.ts';
import { guarded, InvalidRecord } from './invalid-record.ts';

/** An event that was read and has a time. */
export interface TimedEvent<E> {
  readonly record: InputRecord;
  readonly event: E;
  readonly time: EventTime;
  readonly source: SourceName;
  /** What its source's clock takes from it, if anything. */
  readonly clock: EventTime | undefined;
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
  const time = readTime(
    pipeline,
    record,
    'timestamp',
    guarded('timestamp', 'timestamp', () => timestamp(event)),
  );
  const { source, strategy } = readSource(pipeline, event);
  const clock: unknown = guarded('watermark', 'watermark', () => strategy.clockOf(event, time));
  return {
    record,
    event,
    time,
    source,
    clock: clock === undefined || clock === time ? (clock as EventTime | undefined) : readTime(pipeline, record, 'watermark', clock),
    passes: filter === undefined || guarded('filter', 'filter', () => filter(event)),
  };
}

function readSource<E>({ sources }: Pipeline<E>, event: E): { source: SourceName; strategy: WatermarkStrategy<E> } {
  const source = guarded('source', 'watermark', () => sources.sourceOf(event)) as SourceName;
  const strategy = sources.strategies.get(source);
  if (strategy !== undefined) return { source, strategy };
  throw new InvalidRecord('source', `its source is ${show(source)}; the pipeline names ${[...sources.strategies.keys()].join(', ')}`);
}

/** A time that may move a clock: one from the future would make everybody else late. */
function readTime<E>(pipeline: Pipeline<E>, record: InputRecord, code: 'timestamp' | 'watermark', time: unknown): EventTime {
  if (typeof time !== 'number' || !isEventTime(time))
    throw new InvalidRecord(code, `${code} gave ${show(time)}; needed: whole milliseconds since 1970`);
  const aheadMs = time - record.arrivedAtMs;
  if (aheadMs <= pipeline.maxFutureSkewMs) return time;
  const whose = code === 'timestamp' ? 'time' : 'watermark';
  throw new InvalidRecord(
    'future',
    `its ${whose} lies ${aheadMs} ms beyond its arrival; allowed: ${pipeline.maxFutureSkewMs} ms (maxFutureSkew)`,
  );
}
