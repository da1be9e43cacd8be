import type { Aggregate } from './aggregate.ts';
import { addToSum, COMPENSATED_SUM_COLUMNS, mergeSum, sumAt } from './compensated-sum.ts';
import { type NumberOf, readingNumber } from './number-of.ts';

/** The arithmetic mean of a number over the events. */
export function mean<E>(of: NumberOf<E>): Aggregate<E, number> {
  return Object.freeze<Aggregate<E, number>>({
    describe: 'mean',
    columns: COMPENSATED_SUM_COLUMNS,
    ...readingNumber(of),
    add: (columns, at, row, { numbers }) => addToSum(columns, at, row, numbers[at] as number, 0),
    merge: mergeSum,
    result: (columns, at, row, { events }) => sumAt(columns, at, row) / events,
  });
}
