import { BRAND, type Pipeline } from './pipeline.ts';
import type { Mapping, PipelineOptions, Values } from './pipeline-options.ts';
import { readDefinition } from './read-definition.ts';

/** Defines a pipeline whose event types are settled; the results follow from the aggregates. */
type Define<E, M> = <V extends Values>(name: string, options: PipelineOptions<E, V, M> & Mapping<E, M>) => Pipeline<E, V, M>;

/**
 * Defines a pipeline: named event-time windows over one stream of JSON events.
 *
 * `pipeline<Event>('name', …)` types every function; its results are open. `pipeline<Event>()('name', …)` also infers the result type of
 * every window from its `aggregate`: TypeScript infers either all of a call's type arguments or none, hence the second pair of parentheses.
 * Where `map` makes another type of the event, name it as well: `pipeline<Event, Mapped>()('name', …)`.
 *
 * Whatever is wrong in it, in its windows, watermark, triggers and aggregates too, is said here, all of it at once.
 *
 * ```ts
 * export default pipeline<Reading>()('temperatures', {
 *   timestamp: ({ time }) => time, // epoch milliseconds
 *   watermark: boundedOutOfOrderness('5s'),
 *   windows: {
 *     minutes: {
 *       keyBy: ({ room }) => room,
 *       window: tumbling('1m'),
 *       allowedLateness: '1m',
 *       aggregate: { readings: count(), average: mean(({ celsius }) => celsius) },
 *     },
 *   },
 * });
 * ```
 *
 * @throws {DefinitionError} naming the pipeline, the window and the field, what was given and what is allowed.
 */
export function pipeline<E, M = E>(): Define<E, M>;
export function pipeline<E, V extends Values>(name: string, options: PipelineOptions<E, V>): Pipeline<E, V>;
export function pipeline<E>(name: string, options: PipelineOptions<E>): Pipeline<E>;
export function pipeline<E>(...definition: [] | [name: string, options: PipelineOptions<E>]): Pipeline<E> | Define<E, E> {
  return definition.length === 0 ? define : define(...definition);
}

function define<E, V extends Values, M>(name: string, options: PipelineOptions<E, V, M>): Pipeline<E, V, M> {
  return Object.freeze({ ...readDefinition(name, options), [BRAND]: true as const });
}

/** Whether a value, a module's default export say, was made by {@link pipeline}, be it by another copy of this package. */
export function isPipeline(value: unknown): value is Pipeline {
  return typeof value === 'object' && value !== null && BRAND in value;
}
