import { show } from '../definition/show.ts';
import type { Enrichment } from '../pipeline/lookup-join.ts';
import { guarded, InvalidRecord, showThrown } from './invalid-record.ts';
import type { FoundValues } from './lookups.ts';

/**
 * An event with what was looked up for it.
 *
 * @throws {InvalidRecord} when the pipeline's functions fail.
 */
export function enriched<E>(enrichment: Enrichment<E>, event: E, found: FoundValues): E {
  const key = keyFor(enrichment, event);
  try {
    return enrichment.merge(event, key === undefined ? undefined : found.get(key)) as E;
  } catch (error) {
    throw new InvalidRecord('enrich', `enrich.with threw ${showThrown(error)}`);
  }
}

/**
 * What is looked up for an event, if anything.
 *
 * @throws {InvalidRecord} when the pipeline's function fails.
 */
export function keyFor<E>({ by }: Enrichment<E>, event: E): string | undefined {
  const key: unknown = guarded('enrich', 'enrich.by', by, event);
  if (key === undefined || typeof key === 'string') return key;
  if (typeof key === 'number' && Number.isFinite(key)) return String(key);
  throw new InvalidRecord('enrich', `enrich.by gave ${show(key)}; needed: text, a number, or undefined`);
}
