/**
 * What a pipeline module imports: pipelines, windows, watermarks, triggers and aggregates.
 *
 * @module mullion
 */
export type { Aggregate, ResultScope, WindowBounds } from './aggregates/aggregate.ts';
export { AggregateFault } from './aggregates/aggregate-fault.ts';
export { type Collected, type CollectOptions, collect } from './aggregates/collect.ts';
export { count } from './aggregates/count.ts';
export { type CountDistinctOptions, countDistinct } from './aggregates/count-distinct.ts';
export { aggregate, type CustomAggregate } from './aggregates/custom.ts';
export { max, min } from './aggregates/extremes.ts';
export { first, last } from './aggregates/first-last.ts';
export { type Histogram, histogram } from './aggregates/histogram.ts';
export { type Latency, latency } from './aggregates/latency.ts';
export { mean } from './aggregates/mean.ts';
export type { NumberOf } from './aggregates/number-of.ts';
export { type PercentileName, type PercentileOptions, percentile, percentiles } from './aggregates/percentiles.ts';
export type { Predicate } from './aggregates/predicate.ts';
export { process, type ProcessedEvents, type ProcessedResults, type ProcessedWindow } from './aggregates/process.ts';
export { rate } from './aggregates/rate.ts';
export { ratio } from './aggregates/ratio.ts';
export { sum } from './aggregates/sum.ts';
export { type TopK, type TopKOptions, topK } from './aggregates/top-k.ts';
export { stddev, variance } from './aggregates/variance.ts';
export { where } from './aggregates/where.ts';
export type { Group } from './grouping/group-key.ts';
export type { KeyValue } from './grouping/grouping.ts';
export { cube, type GroupFields, type GroupingDefinition, type GroupValue, groupingSets, rollup } from './grouping/grouping-sets.ts';
export { DefinitionError, type DefinitionProblem } from './pipeline/definition-error.ts';
export type { Pane, PaneIn, PanePlace, PaneTiming } from './pipeline/pane.ts';
export type { CloudEvent } from './pipeline/cloud-event.ts';
export type { LogEvent } from './pipeline/log-event.ts';
export { pipeline } from './pipeline/define-pipeline.ts';
export type { PaneOf, PanesOf, Pipeline } from './pipeline/pipeline.ts';
export { type LookupCacheOptions, type LookupJoin, lookupJoin, type LookupJoinOptions } from './pipeline/lookup-join.ts';
export type { Format, InputOptions, RecordFacts } from './pipeline/input-declaration.ts';
export type { DedupeOptions, Deduplication } from './pipeline/deduplication.ts';
export type { PipelineOptions, TriggerOptions, Value, Values, WindowContents, WindowOptions } from './pipeline/pipeline-options.ts';
export type { Duration } from './time/duration.ts';
export type { EventTime } from './time/event-time.ts';
export { afterCount, every, onEvent, type TriggerDefinition } from './triggers/trigger.ts';
export { boundedOutOfOrderness } from './watermarks/bounded-out-of-orderness.ts';
export type { Idleness } from './watermarks/idleness.ts';
export { monotonousTimestamps } from './watermarks/monotonous-timestamps.ts';
export { perSource } from './watermarks/per-source.ts';
export { punctuated } from './watermarks/punctuated.ts';
export type { SourceWatermark, WatermarkDefinition } from './watermarks/watermark-strategy.ts';
export { type CalendarOptions, type CalendarUnit, calendar, type Weekday } from './windows/calendar.ts';
export { global } from './windows/global.ts';
export { type DynamicSessionOptions, type SessionOptions, session } from './windows/session.ts';
export { sliding } from './windows/sliding.ts';
export { tumbling } from './windows/tumbling.ts';
export type { WindowDefinition } from './windows/window.ts';
