import type { Column } from '../table/column.ts';
import type { Float64Column } from '../table/float64-column.ts';
import type { Aggregate } from './aggregate.ts';
import { type NumberOf, readingNumber } from './number-of.ts';

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
  const keep = (columns: readonly Column[], at: number, row: number, candidate: number) => {
    const column = columns[at] as Float64Column;
    if (beats(candidate, column.at(row))) column.set(row, candidate);
  };
  return Object.freeze<Aggregate<E, number>>({
    describe: name,
    columns: [{ kind: 'float64', name, initial }],
    ...readingNumber(of),
    add: (columns, at, row, { numbers }) => keep(columns, at, row, numbers[at] as number),
    merge: (into, row, from, fromRow, at) => keep(into, at, row, (from[at] as Float64Column).at(fromRow)),
    result: (columns, at, row) => (columns[at] as Float64Column).at(row),
  });
}
