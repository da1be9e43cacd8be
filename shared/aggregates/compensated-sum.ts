import type { Float64Column } from '../table/float64-column.ts';
import type { AccumulatorColumn } from './aggregate.ts';

/**
 * A sum in two columns, the rounded sum and what rounding left out, so that the result does not depend on the order in which batches
 * and shards are merged, short of sums whose parts differ by more than 2^106.
 *
 * Source: Knuth, TAOCP 2, 4.2.2 theorem B (TwoSum); Dekker, "A floating-point technique for extending the available precision" (1971).
 */
export const COMPENSATED_SUM_COLUMNS: readonly AccumulatorColumn[] = [
  { name: 'sum', initial: 0 },
  { name: 'rest', initial: 0 },
];

/** Adds `value + rest` to a row. */
export function addToSum(columns: readonly Float64Column[], row: number, value: number, rest: number): void {
  const sums = columns[0] as Float64Column;
  const rests = columns[1] as Float64Column;
  const before = sums.at(row);
  const rounded = before + value;
  const seen = rounded - before;
  const lost = before - (rounded - seen) + (value - seen) + rest + rests.at(row);
  const sum = rounded + lost;
  sums.set(row, sum);
  rests.set(row, lost - (sum - rounded));
}

/** Adds another table's row to a row. */
export function mergeSum(into: readonly Float64Column[], row: number, from: readonly Float64Column[], fromRow: number): void {
  addToSum(into, row, (from[0] as Float64Column).at(fromRow), (from[1] as Float64Column).at(fromRow));
}

/** The sum of a row, rounded once. */
export function sumAt(columns: readonly Float64Column[], row: number): number {
  return (columns[0] as Float64Column).at(row);
}
