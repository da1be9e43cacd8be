import type { Float64Column } from '../table/float64-column.ts';
import type { Aggregate, NumberOf } from './aggregate.ts';

/** The smallest number. */
export function min<E>(of: NumberOf<E>): Aggregate<E, number> {
  return extreme('min', of, Number.POSITIVE_INFINITY, (candidate, smallest) => candidate < smallest);
}

/** The largest number. */
export function max<E>(of: NumberOf<E>): Aggregate<E, number> {
  return extreme('max', of, Number.NEGATIVE_INFINITY, (candidate, largest) => candidate > largest);
}

function extreme<E>(
  name: string,
  of: NumberOf<E>,
  initial: number,
  beats: (candidate: number, champion: number) => boolean,
): Aggregate<E, number> {
  const keep = (columns: readonly Float64Column[], row: number, candidate: number) => {
    const column = columns[0] as Float64Column;
    if (beats(candidate, column.at(row))) column.set(row, candidate);
  };
  return {
    describe: name,
    columns: [{ name, initial }],
    input: of,
    add: keep,
    merge: (into, row, from, fromRow) => keep(into, row, (from[0] as Float64Column).at(fromRow)),
    result: (columns, row) => (columns[0] as Float64Column).at(row),
  };
}
