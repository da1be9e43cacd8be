import { hashText } from '../aggregates/text-hash.ts';
import { show } from '../definition/show.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { Values } from '../pipeline/pipeline-options.ts';
import { type EventTime, isEventTime } from '../time/event-time.ts';
import type { SourceName } from '../watermarks/source-clock.ts';
import type { WatermarkStrategy } from '../watermarks/watermark-strategy.ts';
import { enriched } from './enrich.ts';
import type { InputRecord } from './input-record.ts';
import { guarded, InvalidRecord, showThrown } from './invalid-record.ts';
import { type FoundValues, NOTHING_FOUND } from './lookups.ts';
import type { RulesInForce } from './rules-in-force.ts';
import type { TimedEvent } from './timed-event.ts';

/**
 * Reads an event and its time: everything that must be known before it is decided what is late.
 *
 * @param said What it says.
 * @param rules Those that were set while the pipeline runs, if it has any.
 * @param found What was looked up for the events of its batch.
 * @throws {InvalidRecord}
 */
export function readEvent<E, M>(
  pipeline: Pipeline<E, Values, M>,
  record: InputRecord,
  said: unknown,
  rules?: RulesInForce,
  found: FoundValues = NOTHING_FOUND,
): TimedEvent<M> {
  // The one place where what came over the wire is taken for the event that the pipeline expects; its functions are guarded.
  const event = said as E;
  const { timestamp, filter, map } = pipeline.options;
  const { enrichment } = pipeline;
  const time = readTime(pipeline, record, 'timestamp', guarded('timestamp', 'timestamp', timestamp, event));
  const source = readSource(pipeline, event);
  const clock = readClock(pipeline, record, source, event, time);
  const passes = (rules === undefined || rules.keep(event, record)) && (filter === undefined || guarded('filter', 'filter', filter, event));
  const joined = enrichment === undefined || !passes ? event : enriched(enrichment, event, found);
  return {
    record,
    // Without a map the two types are one; an event that does not pass is looked at by nobody.
    event: (map === undefined || !passes ? joined : guarded('map', 'map', map, joined)) as M,
    time,
    source,
    clock,
    id: passes ? readId(pipeline, event) : undefined,
    passes,
  };
}

function readSource<E>({ sources }: Pipeline<E, Values, never>, event: E): SourceName {
  const source = guarded('source', 'watermark', sources.sourceOf, event);
  if (sources.strategies.has(source as SourceName)) return source as SourceName;
  throw new InvalidRecord('source', `its source is ${show(source)}; the pipeline names ${[...sources.strategies.keys()].join(', ')}`);
}

function readClock<E>(
  pipeline: Pipeline<E, Values, never>,
  record: InputRecord,
  source: SourceName,
  event: E,
  time: EventTime,
): EventTime | undefined {
  const strategy = pipeline.sources.strategies.get(source) as WatermarkStrategy<E>;
  let clock: unknown;
  try {
    clock = strategy.clockOf(event, time);
  } catch (error) {
    throw new InvalidRecord('watermark', `watermark threw ${showThrown(error)}`);
  }
  return clock === undefined || clock === time ? (clock as EventTime | undefined) : readTime(pipeline, record, 'watermark', clock);
}

function readId<E>({ deduplication }: Pipeline<E, Values, never>, event: E): number | undefined {
  if (deduplication === undefined) return undefined;
  const id: unknown = guarded('id', 'dedupe.by', deduplication.by, event);
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
