/** Mullion: event-time windows on AWS without a cluster. What a pipeline module imports. */
export type { Aggregate, ResultScope, WindowBounds } from './aggregates/aggregate.ts';
export { count } from './aggregates/count.ts';
export { max, min } from './aggregates/extremes.ts';
export { mean } from './aggregates/mean.ts';
export type { NumberOf } from './aggregates/number-of.ts';
export { sum } from './aggregates/sum.ts';
export { DefinitionError, type DefinitionProblem } from './pipeline/definition-error.ts';
export type { Pane, PaneTiming } from './log/pane.ts';
export { type PaneOf, type Pipeline, type PipelineOptions, pipeline, type Value, type Values, type WindowOptions } from './pipeline/pipeline.ts';
export type { Duration } from './time/duration.ts';
export type { EventTime } from './time/event-time.ts';
export { boundedOutOfOrderness } from './watermarks/bounded-out-of-orderness.ts';
export type { WatermarkDefinition } from './watermarks/watermark-strategy.ts';
export { tumbling } from './windows/tumbling.ts';
export type { WindowDefinition } from './windows/window.ts';
