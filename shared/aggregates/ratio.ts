import type { Float64Column } from '../table/float64-column.ts';
import type { Aggregate } from './aggregate.ts';
import { type Predicate, requirePredicate } from './predicate.ts';

/** The share of events for which a predicate holds, from 0 to 1: an error rate, for example. */
export function ratio<E>(predicate: Predicate<E>): Aggregate<E, number> {
  return Object.freeze<Aggregate<E, number>>({
    describe: 'ratio',
    columns: [{ kind: 'float64', name: 'matched', initial: 0 }],
    check: () => requirePredicate(predicate),
    read: (event, inputs, at) => {
      inputs.numbers[at] = predicate(event) ? 1 : 0;
    },
    add: (columns, at, row, { numbers }) => {
      const matched = columns[at] as Float64Column;
      matched.set(row, matched.at(row) + (numbers[at] as number));
    },
    merge: (into, row, from, fromRow, at) => {
      const matched = into[at] as Float64Column;
      matched.set(row, matched.at(row) + (from[at] as Float64Column).at(fromRow));
    },
    result: (columns, at, row, { events }) => (columns[at] as Float64Column).at(row) / events,
  });
}
