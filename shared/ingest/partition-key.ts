import type { Pipeline } from '../pipeline/pipeline.ts';
import { guarded } from './invalid-record.ts';
import { readKeys } from './read-keys.ts';

/**
 * The partition key of an event that is on its way to a pipeline: its key in the pipeline's first window, so that what is counted together comes in its order.
 *
 * @throws {InvalidRecord} when the pipeline's functions give none.
 */
export function partitionKeyOf<E>({ options, operators }: Pipeline<E>, event: E): string | undefined {
  const { map } = options;
  const seen = map === undefined ? event : (guarded('map', 'map', map, event) as E);
  const [first] = operators;
  return first && readKeys(first, seen, [])[0];
}
