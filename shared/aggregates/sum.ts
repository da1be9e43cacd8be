import type { Aggregate, NumberOf } from './aggregate.ts';
import { addToSum, COMPENSATED_SUM_COLUMNS, mergeSum, sumAt } from './compensated-sum.ts';

/** The sum of a number over the events. */
export function sum<E>(of: NumberOf<E>): Aggregate<E, number> {
  return {
    describe: 'sum',
    columns: COMPENSATED_SUM_COLUMNS,
    input: of,
    add: (columns, row, value) => addToSum(columns, row, value, 0),
    merge: mergeSum,
    result: (columns, row) => sumAt(columns, row),
  };
}
