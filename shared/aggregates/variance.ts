import type { Column } from '../table/column.ts';
import type { Float64Column } from '../table/float64-column.ts';
import type { Aggregate } from './aggregate.ts';
import { addToSum, COMPENSATED_SUM_COLUMNS, mergeSum } from './compensated-sum.ts';
import { type NumberOf, readingNumber } from './number-of.ts';

// Where the sum of squares begins behind the sum.
const SQUARES = COMPENSATED_SUM_COLUMNS.length;

/**
 * The population variance of a number: the mean square of its distance from the mean, in the square of its unit. One event has 0. For the
 * sample variance multiply by `count / (count - 1)`.
 *
 * Sums of the numbers and of their squares, each in two doubles (106 bits), rather than a running mean with Chan's merge: that rounds at
 * every step, so the last digits would tell in which order the shards were merged. Here the cancellation that makes plain sums of squares
 * useless costs bits that are there: the relative error is about 2^-100 · (mean / stddev)^2, so 15 digits are right up to a mean of 10^7
 * standard deviations. Squares beyond 1.8e308 overflow.
 *
 * Source: Dekker, "A floating-point technique for extending the available precision" (1971).
 */
export function variance<E>(of: NumberOf<E>): Aggregate<E, number> {
  return Object.freeze<Aggregate<E, number>>({
    describe: 'variance',
    columns: [...COMPENSATED_SUM_COLUMNS, ...COMPENSATED_SUM_COLUMNS.map((column) => ({ ...column, name: `${column.name} of squares` }))],
    ...readingNumber(of),
    add: (columns, at, row, { numbers }) => {
      const value = numbers[at] as number;
      const square = value * value;
      addToSum(columns, at, row, value, 0);
      addToSum(columns, at + SQUARES, row, square, productRest(value, value, square));
    },
    merge: (into, row, from, fromRow, at) => {
      mergeSum(into, row, from, fromRow, at);
      mergeSum(into, row, from, fromRow, at + SQUARES);
    },
    result: (columns, at, row, { events }) => varianceAt(columns, at, row, events),
  });
}

/** The population standard deviation of a number, in its unit: the root of its {@link variance}. */
export function stddev<E>(of: NumberOf<E>): Aggregate<E, number> {
  const squared = variance(of);
  return Object.freeze<Aggregate<E, number>>({
    ...squared,
    describe: 'stddev',
    result: (columns, at, row, scope) => Math.sqrt(squared.result(columns, at, row, scope)),
  });
}

/** (n · Σx² − (Σx)²) / n², every product with what its rounding leaves out. */
function varianceAt(columns: readonly Column[], at: number, row: number, events: number): number {
  const [sum, rest, squares, squaresRest] = [0, 1, 2, 3].map((index) => (columns[at + index] as Float64Column).at(row)) as [
    number,
    number,
    number,
    number,
  ];
  const minuend = events * squares;
  const minuendRest = productRest(events, squares, minuend) + events * squaresRest;
  const subtrahend = sum * sum;
  const subtrahendRest = productRest(sum, sum, subtrahend) + 2 * sum * rest;
  const difference = minuend - subtrahend + (minuendRest - subtrahendRest);
  // What is left of a difference that is really 0 may fall below it.
  return Math.max(0, difference / events / events);
}

// 2^27 + 1 splits a double into two halves whose products are exact.
const SPLITTER = 134_217_729;

/** What rounding left out of `a * b`, given the rounded product. */
function productRest(a: number, b: number, product: number): number {
  const bigA = SPLITTER * a;
  const highA = bigA - (bigA - a);
  const lowA = a - highA;
  const bigB = SPLITTER * b;
  const highB = bigB - (bigB - b);
  const lowB = b - highB;
  const rest = lowA * lowB - (product - highA * highB - lowA * highB - highA * lowB);
  // Splitting a number beyond 2^996 overflows; its product has then nothing to keep.
  return Number.isFinite(rest) ? rest : 0;
}
