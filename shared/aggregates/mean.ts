import type { Aggregate, NumberOf } from './aggregate.ts';
import { addToSum, COMPENSATED_SUM_COLUMNS, mergeSum, sumAt } from './compensated-sum.ts';

/** The arithmetic mean of a number over the events. */
export function mean<E>(of: NumberOf<E>): Aggregate<E, number> {
  return {
    describe: 'mean',
    columns: COMPENSATED_SUM_COLUMNS,
    input: of,
    add: (columns, row, value) => addToSum(columns, row, value, 0),
    merge: mergeSum,
    result: (columns, row, events) => sumAt(columns, row) / events,
  };
}
