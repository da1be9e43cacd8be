import { requireFunction, requireWhole } from '../definition/requirement.ts';
import type { Column } from '../table/column.ts';
import type { ObjectColumn } from '../table/object-column.ts';
import type { Aggregate } from './aggregate.ts';
import { HeavyHitters } from './heavy-hitters.ts';
import { InvalidInput } from './invalid-input.ts';

const K_MAX = 1_000;
const COUNTERS_PER_PLACE = 64;
const COUNTERS_MAX = 100_000;
const VALUE_LENGTH_MAX = 256;

/** How exact {@link topK} is. */
export interface TopKOptions {
  /** How many different values a key may have before counts become approximate: 2 · k to 100,000. Default 64 · k. */
  readonly counters?: number;
}

/** The most frequent values, and how exact their counts are. */
export interface TopK {
  /** The most frequent first; those with the same count in the order of their text. A count is never too high. */
  readonly top: readonly { readonly value: string; readonly count: number }[];
  /** By how much counts may be too low. 0: everything is exact. Never more than 2 · events / counters. */
  readonly error: number;
}

/**
 * The k most frequent texts or numbers, with their counts; a number counts as its decimal text. Exact while a key has no more different
 * values than counters. Beyond that `error` bounds the counts, and what is left out comes at most `error` times more often than the last
 * of the top says.
 *
 * Then, and only then, counts depend within that error on the order in which batches are merged: the one aggregate whose merge is not
 * associative to the last digit. Texts of more than 256 characters are refused.
 */
export function topK<E>(
  of: (event: E) => string | number,
  k: number,
  { counters = COUNTERS_PER_PLACE * k }: TopKOptions = {},
): Aggregate<E, TopK> {
  const hittersAt = (columns: readonly Column[], at: number, row: number) => {
    const column = columns[at] as ObjectColumn<HeavyHitters>;
    const existing = column.at(row);
    if (existing !== undefined) return existing;
    const fresh = new HeavyHitters(counters);
    column.set(row, fresh);
    return fresh;
  };
  return Object.freeze<Aggregate<E, TopK>>({
    describe: `topK(${k}, counters ${counters})`,
    columns: [{ kind: 'object', name: 'counters', codec: HeavyHitters.codec(counters) }],
    check: () => {
      requireFunction(of, 'a function from the event to text or a number');
      requireWhole(k, 1, K_MAX, 'k');
      requireWhole(counters, 2 * k, COUNTERS_MAX, 'counters');
    },
    read: (event, inputs, at) => {
      inputs.values[at] = readValue(of(event));
    },
    add: (columns, at, row, { values }) => hittersAt(columns, at, row).add(values[at] as string, 1),
    merge: (into, row, from, fromRow, at) => {
      const other = (from[at] as ObjectColumn<HeavyHitters>).at(fromRow);
      if (other !== undefined) hittersAt(into, at, row).merge(other);
    },
    result: (columns, at, row) => {
      const hitters = hittersAt(columns, at, row);
      return { top: hitters.top(k), error: hitters.error };
    },
  });
}

function readValue(value: unknown): string {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  if (typeof value === 'string' && value.length <= VALUE_LENGTH_MAX && value.isWellFormed()) return value;
  throw new InvalidInput(value, `text of at most ${VALUE_LENGTH_MAX} characters, or a finite number`);
}
