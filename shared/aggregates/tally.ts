import type { Float64Column } from '../table/float64-column.ts';
import type { Aggregate } from './aggregate.ts';

/** How many events satisfy a predicate. */
export function tally<E>(predicate: (event: E) => boolean): Aggregate<E, number> {
  const add = (columns: readonly Float64Column[], row: number, more: number) => {
    const column = columns[0] as Float64Column;
    column.set(row, column.at(row) + more);
  };
  return {
    describe: 'tally',
    columns: [{ name: 'tally', initial: 0 }],
    input: (event) => (predicate(event) ? 1 : 0),
    add,
    merge: (into, row, from, fromRow) => add(into, row, (from[0] as Float64Column).at(fromRow)),
    result: (columns, row) => (columns[0] as Float64Column).at(row),
  };
}
