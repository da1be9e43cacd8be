import { requireFunction, requireWhole } from '../definition/requirement.ts';
import type { Column } from '../table/column.ts';
import type { ObjectColumn } from '../table/object-column.ts';
import type { StateCodec } from '../table/state-codec.ts';
import type { Aggregate } from './aggregate.ts';
import { canonicalJson } from './canonical-json.ts';
import { KEPT_VALUE_LENGTH_MAX } from './first-last.ts';

const LIMIT_MAX = 1_000;

/** What {@link collect} keeps. */
export interface CollectOptions<E, T = E> {
  /** How many are kept, 1 to 1,000: the earliest. */
  readonly limit: number;
  /** What to keep of an event, any JSON value; without it the whole event. */
  readonly of?: (event: E) => T;
}

/** What was collected, and how much there was. */
export interface Collected<T> {
  /** In the order of event time; those with the same time in the order of their JSON. */
  readonly events: readonly T[];
  /** How many later ones were left out. */
  readonly omitted: number;
}

/** An event that is kept. */
interface Kept {
  readonly time: number;
  /** Its JSON, properties in order. */
  readonly text: string;
}

/**
 * The events themselves, or what `of` takes from them, as many as the limit allows: the earliest by event time, whenever they arrive. Each
 * may have up to 8,192 characters of JSON; an event with more is refused.
 */
export function collect<E, T = E>(options: CollectOptions<E, T>): Aggregate<E, Collected<T>> {
  const { limit, of } = options ?? ({} as typeof options);
  const take = (columns: readonly Column[], at: number, row: number, candidates: readonly Kept[]) => {
    const column = columns[at] as ObjectColumn<Kept[]>;
    const kept = column.at(row) ?? [];
    for (const candidate of candidates) insert(kept, candidate, limit);
    column.set(row, kept);
  };
  return Object.freeze<Aggregate<E, Collected<T>>>({
    describe: `collect(limit ${limit}${of === undefined ? '' : ', of'})`,
    columns: [{ kind: 'object', name: 'events', codec: CODEC }],
    check: () => {
      requireWhole(limit, 1, LIMIT_MAX, 'limit');
      if (of !== undefined) requireFunction(of, 'a function from the event to a JSON value', 'of');
    },
    read: (event, inputs, at) => {
      inputs.values[at] = canonicalJson(of === undefined ? event : of(event), KEPT_VALUE_LENGTH_MAX);
    },
    add: (columns, at, row, { time, values }) => take(columns, at, row, [{ time, text: values[at] as string }]),
    merge: (into, row, from, fromRow, at) => {
      const kept = (from[at] as ObjectColumn<Kept[]>).at(fromRow);
      if (kept !== undefined) take(into, at, row, kept);
    },
    result: (columns, at, row, { events }) => {
      const kept = (columns[at] as ObjectColumn<Kept[]>).at(row) ?? [];
      return { events: kept.map(({ text }) => JSON.parse(text) as T), omitted: events - kept.length };
    },
  });
}

/** Puts a candidate in its place and lets go of the last one when there are too many. */
function insert(kept: Kept[], candidate: Kept, limit: number): void {
  const last = kept.at(-1);
  // Events mostly come in order: behind the last, or behind the last that may stay.
  if (last === undefined || !precedes(candidate, last)) {
    if (kept.length < limit) kept.push(candidate);
    return;
  }
  let low = 0;
  let high = kept.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (precedes(candidate, kept[middle] as Kept)) high = middle;
    else low = middle + 1;
  }
  kept.splice(low, 0, candidate);
  if (kept.length > limit) kept.pop();
}

function precedes(a: Kept, b: Kept): boolean {
  return a.time < b.time || (a.time === b.time && a.text < b.text);
}

/** How many; then each with its time and its JSON. */
const CODEC: StateCodec<Kept[]> = {
  write: (writer, kept) => {
    writer.varint(kept.length);
    for (const { time, text } of kept) {
      writer.float64(time);
      writer.text(text);
    }
  },
  read: (reader) => Array.from({ length: reader.varint() }, () => ({ time: reader.float64(), text: reader.text() })),
};
