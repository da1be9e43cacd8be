import type { Float64Column } from '../table/float64-column.ts';
import type { Aggregate } from './aggregate.ts';
import { type Predicate, requirePredicate } from './predicate.ts';

/** How many events satisfy a predicate. */
export function tally<E>(predicate: Predicate<E>): Aggregate<E, number> {
  return Object.freeze<Aggregate<E, number>>({
    describe: 'tally',
    columns: [{ kind: 'float64', name: 'tally', initial: 0 }],
    check: () => requirePredicate(predicate),
    read: (event, inputs, at) => {
      inputs.numbers[at] = predicate(event) ? 1 : 0;
    },
    add: (columns, at, row, { numbers }) => {
      const tallies = columns[at] as Float64Column;
      tallies.set(row, tallies.at(row) + (numbers[at] as number));
    },
    merge: (into, row, from, fromRow, at) => {
      const tallies = into[at] as Float64Column;
      tallies.set(row, tallies.at(row) + (from[at] as Float64Column).at(fromRow));
    },
    result: (columns, at, row) => (columns[at] as Float64Column).at(row),
  });
}
