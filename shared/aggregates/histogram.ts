import { InvalidArgument } from '../definition/invalid-argument.ts';
import type { Float64Column } from '../table/float64-column.ts';
import type { Aggregate } from './aggregate.ts';
import { type NumberOf, readingNumber } from './number-of.ts';

const BOUNDS_MAX = 256;

/** How many events fell into each bucket. */
export interface Histogram {
  /** As defined. */
  readonly bounds: readonly number[];
  /** One more than bounds: below the first, then from each bound (included) up to the next, then from the last one on. */
  readonly counts: readonly number[];
}

/** Counts events in the buckets between ascending bounds, 1 to 256 of them; a number that is a bound is in the bucket above it. Exact. */
export function histogram<E>(of: NumberOf<E>, bounds: readonly number[]): Aggregate<E, Histogram> {
  // Copied, so that a definition stays what it was; what is no array at all is told of by check().
  const ascending: readonly number[] = Object.freeze(Array.isArray(bounds) ? [...bounds] : []);
  const { check, read } = readingNumber(of);
  return Object.freeze<Aggregate<E, Histogram>>({
    describe: `histogram(${ascending.join(', ')})`,
    columns: Array.from({ length: ascending.length + 1 }, (_, index) => ({ kind: 'float64', name: `bucket ${index}`, initial: 0 })),
    check: () => {
      check();
      requireBounds(bounds);
    },
    read,
    add: (columns, at, row, { numbers }) => {
      const bucket = columns[at + bucketOf(ascending, numbers[at] as number)] as Float64Column;
      bucket.set(row, bucket.at(row) + 1);
    },
    merge: (into, row, from, fromRow, at) => {
      for (let index = at; index <= at + ascending.length; index++) {
        const bucket = into[index] as Float64Column;
        bucket.set(row, bucket.at(row) + (from[index] as Float64Column).at(fromRow));
      }
    },
    result: (columns, at, row) => ({
      bounds: ascending,
      counts: Array.from({ length: ascending.length + 1 }, (_, index) => (columns[at + index] as Float64Column).at(row)),
    }),
  });
}

/** How many bounds are at or below a value. */
function bucketOf(bounds: readonly number[], value: number): number {
  let low = 0;
  let high = bounds.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((bounds[middle] as number) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function requireBounds(bounds: unknown): void {
  const allowed = `1 to ${BOUNDS_MAX} finite numbers, each greater than the one before`;
  if (!Array.isArray(bounds) || bounds.length === 0 || bounds.length > BOUNDS_MAX) throw new InvalidArgument(bounds, allowed, 'bounds');
  for (const [index, bound] of bounds.entries()) {
    if (typeof bound !== 'number' || !Number.isFinite(bound) || (index > 0 && bound <= (bounds[index - 1] as number))) {
      throw new InvalidArgument(bound, allowed, `bounds.${index}`);
    }
  }
}
