import type { EventTime } from '../time/event-time.ts';
import { ONLY_SOURCE, type SourceName } from './source-clock.ts';

/** How a pipeline knows how far event time has come. Frozen data; its logic is built from it. */
export interface WatermarkDefinition<E = unknown> {
  /** How it is told apart from another one: a part of the fingerprint. */
  describe(): string;
  /** @throws {InvalidArgument} naming its own field when the definition cannot work. */
  buildSources(): SourceStrategies<E>;
}

/** The same for events of one source. */
export interface SourceWatermark<E = unknown> extends WatermarkDefinition<E> {
  /** @throws {InvalidArgument} as above. */
  build(): WatermarkStrategy<E>;
}

/** Turns what is seen on a channel (one source on one shard) into that channel's watermark. */
export interface WatermarkStrategy<E = unknown> {
  /** What an event says of its source's progress: a time for the clock, which keeps the highest; `undefined` when it says nothing. */
  clockOf(event: E, time: EventTime): unknown;
  /** The watermark W of a channel: no event with a time `<= W` is expected any more. */
  watermarkAt(clock: EventTime): EventTime;
}

/** The sources of a pipeline, each with its strategy. */
export interface SourceStrategies<E = unknown> {
  /** The source an event says it is from. */
  sourceOf(this: void, event: E): unknown;
  readonly strategies: ReadonlyMap<SourceName, WatermarkStrategy<E>>;
}

/** Makes a definition for events of one source. */
export function sourceWatermark<E>(describe: () => string, build: () => WatermarkStrategy<E>): SourceWatermark<E> {
  const buildSources = () => ({ sourceOf: () => ONLY_SOURCE, strategies: new Map([[ONLY_SOURCE, build()]]) });
  return Object.freeze({ describe, build, buildSources });
}
