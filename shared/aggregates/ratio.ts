import type { Aggregate } from './aggregate.ts';
import type { Predicate } from './predicate.ts';
import { tally } from './tally.ts';

/** The share of events for which a predicate holds, from 0 to 1: an error rate, for example. */
export function ratio<E>(predicate: Predicate<E>): Aggregate<E, number> {
  const matching = tally(predicate);
  return Object.freeze<Aggregate<E, number>>({
    ...matching,
    describe: 'ratio',
    result: (columns, at, row, scope) => matching.result(columns, at, row, scope) / scope.events,
  });
}
