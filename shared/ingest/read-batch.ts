import { hashText } from '../aggregates/text-hash.ts';
import { show } from '../definition/show.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { Values } from '../pipeline/pipeline-options.ts';
import { type EventTime, isEventTime } from '../time/event-time.ts';
import type { SourceName } from '../watermarks/source-clock.ts';
import type { WatermarkStrategy } from '../watermarks/watermark-strategy.ts';
import { decode } from './decode.ts';
import type { InputRecord } from './input-record.ts';
import { guarded, InvalidRecord } from './invalid-record.ts';

/** An event that was read and has a time: what the pipeline's map made of it, where it goes into windows. */
export interface TimedEvent<E> {
  readonly record: InputRecord;
  readonly event: E;
  readonly time: EventTime;
  readonly source: SourceName;
  /** What its source's clock takes from it, if anything. */
  readonly clock: EventTime | undefined;
  /** A hash of its id, where duplicates are dropped and it is for windows. */
  readonly id: number | undefined;
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
export function readBatch<E, M>(pipeline: Pipeline<E, Values, M>, records: readonly InputRecord[]): ReadBatch<M> {
  const events: TimedEvent<M>[] = [];
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

function readRecord<E, M>(pipeline: Pipeline<E, Values, M>, record: InputRecord): TimedEvent<M> {
  // The one place where what came over the wire is taken for the event that the pipeline expects; its functions are guarded.
  const event = decode(record) as E;
  const { timestamp, filter, map } = pipeline.options;
  const time = readTime(
    pipeline,
    record,
    'timestamp',
    guarded('timestamp', 'timestamp', () => timestamp(event)),
  );
  const { source, strategy } = readSource(pipeline, event);
  const clock: unknown = guarded('watermark', 'watermark', () => strategy.clockOf(event, time));
  const passes = filter === undefined || guarded('filter', 'filter', () => filter(event));
  return {
    record,
    // Without a map the two types are one; an event that does not pass is looked at by nobody.
    event: (map === undefined || !passes ? event : guarded('map', 'map', () => map(event))) as M,
    time,
    source,
    id: passes ? readId(pipeline, event) : undefined,
    clock: clock === undefined || clock === time ? (clock as EventTime | undefined) : readTime(pipeline, record, 'watermark', clock),
    passes,
  };
}

function readSource<E, M>({ sources }: Pipeline<E, Values, M>, event: E): { source: SourceName; strategy: WatermarkStrategy<E> } {
  const source = guarded('source', 'watermark', () => sources.sourceOf(event)) as SourceName;
  const strategy = sources.strategies.get(source);
  if (strategy !== undefined) return { source, strategy };
  throw new InvalidRecord('source', `its source is ${show(source)}; the pipeline names ${[...sources.strategies.keys()].join(', ')}`);
}

function readId<E>({ deduplication }: Pipeline<E, Values, never>, event: E): number | undefined {
  if (deduplication === undefined) return undefined;
  const id: unknown = guarded('id', 'dedupe.by', () => deduplication.by(event));
  if (typeof id === 'string' && id !== '') return hashText(id);
  if (typeof id === 'number' && Number.isFinite(id)) return hashText(String(id));
  throw new InvalidRecord('id', `dedupe.by gave ${show(id)}; needed: text, or a number`);
}

/** A time that may move a clock: one from the future would make everybody else late. */
function readTime(pipeline: Pipeline<never>, record: InputRecord, code: 'timestamp' | 'watermark', time: unknown): EventTime {
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
