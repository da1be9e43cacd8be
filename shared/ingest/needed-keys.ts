import type { Pipeline } from '../pipeline/pipeline.ts';
import type { Values } from '../pipeline/pipeline-options.ts';
import { keyFor } from './enrich.ts';
import { eventsOf } from './events-of.ts';
import type { InputRecord } from './input-record.ts';
import { InvalidRecord } from './invalid-record.ts';
import { readEvent } from './read-event.ts';
import type { RulesInForce } from './rules-in-force.ts';
import type { SeenIds } from './seen-ids.ts';

/** What has to be looked up for the events of a batch that go on to windows. One that is refused, or left out, costs nothing. */
export function neededKeys<E, M>(
  pipeline: Pipeline<E, Values, M>,
  records: readonly InputRecord[],
  rules: RulesInForce | undefined,
  seen: Pick<SeenIds, 'has'> | undefined,
): ReadonlySet<string> {
  const { map: _later, ...options } = pipeline.options;
  const { enrichment, ...others } = pipeline;
  const unmapped = { ...others, options, enrichment: undefined } as unknown as Pipeline<E>;
  const keys = new Set<string>();
  if (enrichment === undefined) return keys;
  const events = eventsOf(pipeline, records);
  while (!events.atEnd) {
    try {
      const { event, passes, id } = readEvent(unmapped, events.record, events.event(), rules);
      const isRepeat = id !== undefined && seen?.has(id, events.record.arrivedAtMs) === true;
      const key = passes && !isRepeat ? keyFor(enrichment, event) : undefined;
      if (key !== undefined) keys.add(key);
    } catch (problem) {
      if (!(problem instanceof InvalidRecord)) throw problem;
      // It is refused when it is folded.
      if (events.unpack(problem) === undefined) continue;
    }
    events.advance();
  }
  return keys;
}
