import type { AccumulatorColumn, Column } from '../table/column.ts';
import type { Float64Column } from '../table/float64-column.ts';

/**
 * A sum in two columns, the rounded sum and what rounding left out, so that the result does not depend on the order in which batches
 * and shards are merged, short of sums whose parts differ by more than 2^106.
 *
 * Source: Knuth, TAOCP 2, 4.2.2 theorem B (TwoSum); Dekker, "A floating-point technique for extending the available precision" (1971).
 */
export const COMPENSATED_SUM_COLUMNS: readonly AccumulatorColumn[] = [
  { kind: 'float64', name: 'sum', initial: 0 },
  { kind: 'float64', name: 'rest', initial: 0 },
];

/** Adds `value + rest` to a row; the two columns begin at `at`. */
export function addToSum(columns: readonly Column[], at: number, row: number, value: number, rest: number): void {
  const sums = columns[at] as Float64Column;
  const rests = columns[at + 1] as Float64Column;
  const before = sums.at(row);
  const rounded = before + value;
  const seen = rounded - before;
  const lost = before - (rounded - seen) + (value - seen) + rest + rests.at(row);
  const sum = rounded + lost;
  sums.set(row, sum);
  rests.set(row, lost - (sum - rounded));
}

/** Adds another table's row to a row. */
export function mergeSum(into: readonly Column[], row: number, from: readonly Column[], fromRow: number, at: number): void {
  addToSum(into, at, row, (from[at] as Float64Column).at(fromRow), (from[at + 1] as Float64Column).at(fromRow));
}

/** The sum of a row, rounded once. */
export function sumAt(columns: readonly Column[], at: number, row: number): number {
  return (columns[at] as Float64Column).at(row);
}
