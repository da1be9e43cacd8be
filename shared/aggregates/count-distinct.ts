import { requireFunction, requireWhole } from '../definition/requirement.ts';
import type { Column } from '../table/column.ts';
import type { ObjectColumn } from '../table/object-column.ts';
import type { Aggregate } from './aggregate.ts';
import { DistinctSketch } from './distinct-sketch.ts';
import { InvalidInput } from './invalid-input.ts';
import { hashText } from './text-hash.ts';

const PRECISION = 14;
const PRECISION_MIN = 8;
const PRECISION_MAX = 18;

/** How exact {@link countDistinct} is. */
export interface CountDistinctOptions {
  /**
   * 8 to 18, default 14. The count is exact up to 2^precision / 16 different values (1,024) and then has a standard error of
   * 1.04 / √(2^precision) (0.81 %), in 2^precision bytes a key before compression (16 KiB).
   */
  readonly precision?: number;
}

/**
 * How many different texts or numbers; a number counts as its decimal text, so `1` and `'1'` are the same. Exact while there are few, then
 * an estimate: see {@link CountDistinctOptions}.
 */
export function countDistinct<E>(
  of: (event: E) => string | number,
  { precision = PRECISION }: CountDistinctOptions = {},
): Aggregate<E, number> {
  const sketchAt = (columns: readonly Column[], at: number, row: number) => {
    const column = columns[at] as ObjectColumn<DistinctSketch>;
    const existing = column.at(row);
    if (existing !== undefined) return existing;
    const fresh = new DistinctSketch(precision);
    column.set(row, fresh);
    return fresh;
  };
  return Object.freeze<Aggregate<E, number>>({
    describe: `countDistinct(precision ${precision})`,
    columns: [{ kind: 'object', name: 'distinct', codec: DistinctSketch.codec(precision) }],
    check: () => {
      requireFunction(of, 'a function from the event to text or a number');
      requireWhole(precision, PRECISION_MIN, PRECISION_MAX, 'precision');
    },
    read: (event, inputs, at) => {
      const value: unknown = of(event);
      if (typeof value !== 'string' && !(typeof value === 'number' && Number.isFinite(value)))
        throw new InvalidInput(value, 'text or a finite number');
      inputs.numbers[at] = hashText(String(value));
    },
    add: (columns, at, row, { numbers }) => sketchAt(columns, at, row).add(numbers[at] as number),
    merge: (into, row, from, fromRow, at) => {
      const other = (from[at] as ObjectColumn<DistinctSketch>).at(fromRow);
      if (other !== undefined) sketchAt(into, at, row).merge(other);
    },
    result: (columns, at, row) => sketchAt(columns, at, row).count(),
  });
}
