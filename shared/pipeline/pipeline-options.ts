import type { Aggregate } from '../aggregates/aggregate.ts';
import type { KeyValue } from '../grouping/grouping.ts';
import type { GroupFields, GroupingDefinition } from '../grouping/grouping-sets.ts';
import type { Duration } from '../time/duration.ts';
import type { TriggerDefinition } from '../triggers/trigger.ts';
import type { Idleness } from '../watermarks/idleness.ts';
import type { WatermarkDefinition } from '../watermarks/watermark-strategy.ts';
import type { WindowDefinition } from '../windows/window.ts';
import type { DedupeOptions } from './deduplication.ts';
import type { LookupJoin } from './lookup-join.ts';
import type { InputOptions } from './input-declaration.ts';
import type { Accumulation } from './window-operator.ts';

/** The results of a window, by the name of the aggregate: what its panes carry as `value`. */
export type Value = Readonly<Record<string, unknown>>;

/** The results of every window of a pipeline, by the window's name. */
export type Values = Readonly<Record<string, Value>>;

/** One named window of a pipeline: which events, by which key, over which time, summarized how. */
export type WindowOptions<E, V = Value> = (KeyedBy<E> | GroupedBy<E>) & WindowContents<E, V>;

/** One key an event. */
export interface KeyedBy<E> {
  /** The key an event is counted under: text of 1 to 256 characters, or a number. */
  readonly keyBy: (event: E) => KeyValue;
  readonly groupBy?: never;
}

/** A key of several fields, or several keys an event. */
export interface GroupedBy<E> {
  /**
   * The fields an event is grouped by, `['region', 'product']` or `{ region: (e) => e.address.region }`; or several groupings at once:
   * `groupingSets([…])`, `cube([…])`, `rollup([…])`. Panes carry them as `group`.
   */
  readonly groupBy: GroupFields<E> | GroupingDefinition<E>;
  readonly keyBy?: never;
}

/** What a window takes, and what it says. */
export interface WindowContents<E, V = Value> {
  /** Events for which it is false are not for this window. */
  readonly where?: (event: E) => boolean;
  /** `tumbling`, `sliding`, `session`, `calendar` or `global`. */
  readonly window: WindowDefinition<E>;
  /** How long after its end, in event time, a window still takes events and fires again for them. Default `0`. */
  readonly allowedLateness?: Duration;
  /** What makes the window fire besides the watermark, which always does. */
  readonly trigger?: TriggerOptions<E>;
  /** What a pane holds of what earlier panes held. Default `'accumulating'`: everything, so it replaces them. */
  readonly accumulation?: Accumulation;
  /** Aggregates by the name under which a pane's `value` carries their result. */
  readonly aggregate: { readonly [N in keyof V]: Aggregate<E, V[N]> };
}

/** When a window fires besides on time. */
export interface TriggerOptions<E> {
  /** Before the watermark has passed the window's end. Default: not. */
  readonly early?: TriggerDefinition<E>;
  /** The pane at the end: `'always'` (the default), or only `'ifChanged'` since the last early one. */
  readonly onTime?: 'always' | 'ifChanged';
  /** For late events. Default: at once. */
  readonly late?: TriggerDefinition<E>;
}

/**
 * What a pipeline is, as a module says it: the second argument of {@link pipeline}.
 *
 * @typeParam E An event, as it stands on the stream.
 * @typeParam M What windows see of it: what `map` makes of it.
 */
export interface PipelineOptions<E, V = Values, M = E> extends InputOptions<E> {
  /** When the event happened: whole milliseconds since 1970 (UTC). */
  readonly timestamp: (event: E) => number;
  /** How far out of order events may come. */
  readonly watermark: WatermarkDefinition<NoInfer<E>>;
  /**
   * When a shard without events stops holding the watermark back: after `timeout` without a commit, and only when it is proven to hold nothing
   * undelivered. `'hold'`: never. Default `{ timeout: '30s' }`.
   */
  readonly idleness?: Idleness;
  /** Events for which it is false are counted as filtered and go into no window; they still move the watermark. */
  readonly filter?: (event: E) => boolean;
  /**
   * `'live'`: rules that are set while the pipeline runs say, too, which events go into windows. What they drop is counted as filtered, and still moves the watermark. It costs a
   * read of the table a batch. Default: none can be set.
   */
  readonly rules?: 'live';
  /** Drops events that a producer has sent more than once, by their ids. They are counted as duplicates. Default: nothing is dropped. */
  readonly dedupe?: DedupeOptions<E>;
  /** Joins something to each event that is looked up for it, and remembered: `lookupJoin({ by, lookup, with })`. Default: nothing. */
  readonly enrich?: LookupJoin<E>;
  /** What windows see of an event: converted, cut short. Called once an event, after the filter and `enrich`. Default: the event itself. */
  readonly map?: (event: E) => M;
  /**
   * How far beyond its arrival an event's time may lie. One farther ahead is refused to the side stream and moves no watermark, so that
   * one wrong clock does not make everybody else late. Default `'1h'`.
   */
  readonly maxFutureSkew?: Duration;
  /**
   * Into how many parts the keys are split, each with a log of firings and a function of its own. For more keys than one function can hold or fire in
   * time; the results are the same for any number. 1 to 64, default 1. State of one number is not read by another.
   */
  readonly lanes?: number;
  /** By name; the name stands in panes and in the logs. */
  readonly windows: { readonly [N in keyof V]: WindowOptions<M, V[N]> };
}

/** Where windows see another type than what stands on the stream, something must make the one of the other. */
export type Mapping<E, M> = [E] extends [M] ? unknown : { readonly map: (event: E) => M };
