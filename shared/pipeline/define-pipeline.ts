import { BRAND, type Pipeline } from './pipeline.ts';
import type { PipelineOptions, Values } from './pipeline-options.ts';
import { readDefinition } from './read-definition.ts';

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

/** Whether a value, a module's default export say, was made by {@link pipeline}, be it by another copy of this package. */
export function isPipeline(value: unknown): value is Pipeline {
  return typeof value === 'object' && value !== null && BRAND in value;
}
