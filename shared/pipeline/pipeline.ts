import type { Aggregate } from '../aggregates/aggregate.ts';
import type { Pane } from '../log/pane.ts';
import type { Duration } from '../time/duration.ts';
import type { Idleness } from '../watermarks/idleness.ts';
import type { SourceStrategies, WatermarkDefinition } from '../watermarks/watermark-strategy.ts';
import type { WindowDefinition } from '../windows/window.ts';
import { readDefinition } from './read-definition.ts';
import type { WindowOperator } from './window-operator.ts';

/** The results of a window, by the name of the aggregate: what its panes carry as `value`. */
export type Value = Readonly<Record<string, unknown>>;

/** The results of every window of a pipeline, by the window's name. */
export type Values = Readonly<Record<string, Value>>;

/** One named window of a pipeline: which events, by which key, over which time, summarized how. */
export interface WindowOptions<E, V = Value> {
  /** The key an event is counted under: text of 1 to 256 characters, or a number. */
  readonly keyBy: (event: E) => string | number;
  readonly window: WindowDefinition;
  /** How long after its end, in event time, a window still takes events and fires again for them. Default `0`. */
  readonly allowedLateness?: Duration;
  /** Aggregates by the name under which a pane's `value` carries their result. */
  readonly aggregate: { readonly [N in keyof V]: Aggregate<E, V[N]> };
}

export interface PipelineOptions<E, V = Values> {
  /** When the event happened: whole milliseconds since 1970 (UTC). */
  readonly timestamp: (event: E) => number;
  /** How far out of order events may come. */
  readonly watermark: WatermarkDefinition<E>;
  /**
   * When a shard without events stops holding the watermark back: after `timeout` without a commit, and only when it is proven to hold nothing
   * undelivered. `'hold'`: never. Default `{ timeout: '30s' }`.
   */
  readonly idleness?: Idleness;
  /** Events for which it is false are counted as filtered and go into no window; they still move the watermark. */
  readonly filter?: (event: E) => boolean;
  /**
   * How far beyond its arrival an event's time may lie. One farther ahead is refused to the side stream and moves no watermark, so that
   * one wrong clock does not make everybody else late. Default `'1h'`.
   */
  readonly maxFutureSkew?: Duration;
  readonly windows: { readonly [N in keyof V]: WindowOptions<E, V[N]> };
}

const BRAND: unique symbol = Symbol.for('mullion.pipeline') as never;

/** A checked, frozen pipeline definition with the logic built from it. */
export interface Pipeline<E = unknown, V = Values> {
  readonly name: string;
  readonly options: PipelineOptions<E, V>;
  /** Milliseconds an event's time may lie beyond its arrival. */
  readonly maxFutureSkewMs: number;
  /** Milliseconds without a commit after which a shard may be left out; absent when none ever is. */
  readonly idleTimeoutMs: number | undefined;
  readonly sources: SourceStrategies<E>;
  readonly operators: readonly WindowOperator<E>[];
  /** Identifies what state depends on. State that carries another fingerprint is never mixed with this definition's. */
  readonly fingerprint: string;
  readonly [BRAND]: true;
}

/** Defines a pipeline whose event type is settled; the results follow from the aggregates. */
type Define<E> = <V extends Values>(name: string, options: PipelineOptions<E, V>) => Pipeline<E, V>;

/**
 * Defines a pipeline: named event-time windows over one stream of JSON events.
 *
 * `pipeline<Event>('name', …)` types every function; its results are open. `pipeline<Event>()('name', …)` also infers the result type of
 * every window from its `aggregate`: TypeScript infers either all of a call's type arguments or none, hence the second pair of parentheses.
 *
 * @throws {DefinitionError} naming the pipeline, the window and the field, what was given and what is allowed.
 */
export function pipeline<E>(): Define<E>;
export function pipeline<E, V extends Values>(name: string, options: PipelineOptions<E, V>): Pipeline<E, V>;
export function pipeline<E>(name: string, options: PipelineOptions<E>): Pipeline<E>;
export function pipeline<E>(...definition: [] | [name: string, options: PipelineOptions<E>]): Pipeline<E> | Define<E> {
  return definition.length === 0 ? define : define(...definition);
}

function define<E, V extends Values>(name: string, options: PipelineOptions<E, V>): Pipeline<E, V> {
  return Object.freeze({ ...readDefinition(name, options), [BRAND]: true as const });
}

/** The type of the panes of one window of a pipeline: `PaneOf<typeof flights, 'departures'>`. */
export type PaneOf<P, N extends string> = P extends Pipeline<never, infer V> ? (N extends keyof V ? Pane<V[N]> : never) : never;

/** Whether a value, a module's default export say, was made by {@link pipeline}, be it by another copy of this package. */
export function isPipeline(value: unknown): value is Pipeline {
  return typeof value === 'object' && value !== null && BRAND in value;
}
