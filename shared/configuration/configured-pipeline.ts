import { pipeline } from '../pipeline/define-pipeline.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { PipelineOptions } from '../pipeline/pipeline-options.ts';
import { compilePattern } from '../rules/event-pattern.ts';
import { boundedOutOfOrderness } from '../watermarks/bounded-out-of-orderness.ts';
import { perSource } from '../watermarks/per-source.ts';
import { punctuated } from '../watermarks/punctuated.ts';
import type { WatermarkDefinition } from '../watermarks/watermark-strategy.ts';
import { configuredWindow, type WindowSurroundings } from './configured-window.ts';
import { optionalReader, readerOf } from './event-path.ts';
import type { Configuration } from './pipeline-schema.ts';
import { timestampReader } from './timestamp-format.ts';

/**
 * The pipeline that a configuration describes, defined by the very call that a module makes. It is all of a configuration that a function needs:
 * its text was read, and its shape checked, before.
 *
 * @param calendar Of windows by the calendar; absent where there is none.
 * @throws {DefinitionError} when it has the right shape and cannot work all the same: a slide above the size, say.
 */
export function configuredPipeline(configuration: Configuration, calendar?: WindowSurroundings['calendar']): Pipeline {
  const { name, format, compression, aggregation, watermark, key, filter, rules, dedupe, lanes, windows } = configuration;
  const { idle_timeout: idleTimeout, max_future_skew: maxFutureSkew } = configuration;
  const options: PipelineOptions<unknown> = {
    ...(format === undefined ? {} : { format }),
    ...(compression === undefined ? {} : { compression }),
    ...(aggregation === undefined ? {} : { aggregation }),
    timestamp: timestampOf(configuration.timestamp),
    watermark: watermarkOf(watermark),
    ...(idleTimeout === undefined ? {} : { idleness: idleTimeout === 'never' ? 'hold' : { timeout: idleTimeout } }),
    ...(filter === undefined ? {} : { filter: compilePattern(filter) }),
    ...(rules === undefined ? {} : { rules }),
    ...(dedupe === undefined ? {} : { dedupe: { by: readerOf(dedupe.by) as (event: unknown) => string, within: dedupe.within } }),
    ...(maxFutureSkew === undefined ? {} : { maxFutureSkew }),
    ...(lanes === undefined ? {} : { lanes }),
    windows: Object.fromEntries(
      Object.entries(windows).map(([windowName, window]) => [windowName, configuredWindow(window, { key, calendar })]),
    ),
  };
  return pipeline(name, options);
}

function timestampOf(timestamp: Configuration['timestamp']): (event: unknown) => number {
  const { path, format } = typeof timestamp === 'string' ? { path: timestamp } : timestamp;
  const [valueOf, read] = [readerOf(path), timestampReader(format)];
  return (event) => read(valueOf(event));
}

function watermarkOf({ delay, source, delays, marker, format }: Configuration['watermark']): WatermarkDefinition {
  if (delay !== undefined) return boundedOutOfOrderness(delay);
  if (source !== undefined && delays !== undefined)
    return perSource(
      readerOf(source) as (event: unknown) => string,
      Object.fromEntries(Object.entries(delays).map(([name, each]) => [name, boundedOutOfOrderness(each)])),
    );
  const [valueOf, read] = [optionalReader(marker as string), timestampReader(format)];
  return punctuated((event) => {
    const value = valueOf(event);
    return value === undefined ? undefined : read(value);
  });
}

/** Whether a window of it is by the calendar. */
export function needsCalendar({ windows }: Configuration): boolean {
  return Object.values(windows).some(({ type }) => type === 'calendar');
}
