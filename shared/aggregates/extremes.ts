import type { Column } from '../table/column.ts';
import type { Float64Column } from '../table/float64-column.ts';
import type { Aggregate } from './aggregate.ts';
import { type NumberOf, readingNumber } from './number-of.ts';

/** The smallest number. */
export function min<E>(of: NumberOf<E>): Aggregate<E, number> {
  return extreme('min', of, Number.POSITIVE_INFINITY, (columns, at, row, candidate) => {
    const column = columns[at] as Float64Column;
    if (candidate < column.at(row)) column.set(row, candidate);
  });
}

/** The largest number. */
export function max<E>(of: NumberOf<E>): Aggregate<E, number> {
  return extreme('max', of, Number.NEGATIVE_INFINITY, (columns, at, row, candidate) => {
    const column = columns[at] as Float64Column;
    if (candidate > column.at(row)) column.set(row, candidate);
  });
}

/** @param keep Puts a candidate in the place of the row's champion, if it beats that. */
function extreme<E>(
  name: string,
  of: NumberOf<E>,
  initial: number,
  keep: (columns: readonly Column[], at: number, row: number, candidate: number) => void,
): Aggregate<E, number> {
  return Object.freeze<Aggregate<E, number>>({
    describe: name,
    columns: [{ kind: 'float64', name, initial }],
    ...readingNumber(of),
    add: (columns, at, row, { numbers }) => keep(columns, at, row, numbers[at] as number),
    merge: (into, row, from, fromRow, at) => keep(into, at, row, (from[at] as Float64Column).at(fromRow)),
    result: (columns, at, row) => (columns[at] as Float64Column).at(row),
  });
}
