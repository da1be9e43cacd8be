import { InvalidArgument } from '../definition/invalid-argument.ts';
import { requireFunction, requireWhole } from '../definition/requirement.ts';
import type { ObjectColumn } from '../table/object-column.ts';
import { TEXT_CODEC } from '../table/state-codec.ts';
import { faultsOf } from './aggregate-fault.ts';
import type { Aggregate, ResultScope } from './aggregate.ts';
import { canonicalJson } from './canonical-json.ts';

const LENGTH_MAX = 65_536;
const LENGTH_MAX_LIMIT = 1_000_000;

/** An accumulator of the user's own: any JSON value. */
export interface CustomAggregate<E, A, R> {
  /** What stands before the first event. */
  readonly init: () => A;
  /** Adds an event: gives the new accumulator, or changes the one it is given and gives nothing. An event for which it throws is refused. */
  readonly add: (accumulator: A, event: E) => A | void;
  /** Merges two accumulators, in the same two ways. Must be associative and commutative. */
  readonly merge: (one: A, other: A) => A | void;
  /** What a pane says, of all that was added and merged. */
  readonly result: (accumulator: A, scope: ResultScope) => R;
  /** Change it together with what an accumulator means: state of another version is never read. Default `1`. */
  readonly version?: number;
  /** How long an accumulator may become as JSON, in UTF-16 units, by adding events. An event that would make it longer is refused. Default 65,536. */
  readonly lengthMax?: number;
}

/**
 * An aggregate of the user's own. Its functions get copies, which they may change and throw away; what they give is kept as JSON text. So a
 * failure leaves nothing half done, at the price of reading and writing the accumulator's JSON once an event: about 1 µs for a few numbers,
 * and more the longer it is.
 *
 * `add` must leave the event as it is. `merge` and `result` must not throw: they run where no single event can be refused, so the pipeline
 * stands still until they are repaired.
 */
export function aggregate<E, A, R>(custom: CustomAggregate<E, A, R>): Aggregate<E, R> {
  const { init, add, merge, result, version = 1, lengthMax = LENGTH_MAX } = custom ?? ({} as CustomAggregate<E, A, R>);
  const initial = initialOf(init);
  const describe = `aggregate(${'text' in initial ? initial.text : 'invalid'}, version ${version})`;
  const freshText = () => ('text' in initial ? initial.text : 'null');
  const fault = faultsOf(describe);
  return Object.freeze<Aggregate<E, R>>({
    describe,
    columns: [{ kind: 'object', name: 'accumulator', codec: TEXT_CODEC }],
    check: () => {
      for (const [name, given] of Object.entries({ init, add, merge, result })) requireFunction(given, 'a function', name);
      requireWhole(version, 1, Number.MAX_SAFE_INTEGER, 'version');
      requireWhole(lengthMax, 1, LENGTH_MAX_LIMIT, 'lengthMax');
      if ('problem' in initial) throw initial.problem;
    },
    read: (event, inputs, at) => {
      inputs.values[at] = event;
    },
    stage: (columns, at, row, { values }) => {
      const before = row === undefined ? undefined : (columns[at] as ObjectColumn<string>).at(row);
      const accumulator = JSON.parse(before ?? freshText()) as A;
      values[at] = canonicalJson(add(accumulator, values[at] as E) ?? accumulator, lengthMax);
    },
    add: (columns, at, row, { values }) => (columns[at] as ObjectColumn<string>).set(row, values[at] as string),
    merge: (into, row, from, fromRow, at) => {
      const column = into[at] as ObjectColumn<string>;
      const one = column.at(row);
      const other = (from[at] as ObjectColumn<string>).at(fromRow);
      if (other === undefined) return;
      if (one === undefined) column.set(row, other);
      else
        column.set(
          row,
          fault('merge', () => merged(merge, one, other)),
        );
    },
    result: (columns, at, row, scope) =>
      fault('result', () => {
        const found = result(JSON.parse((columns[at] as ObjectColumn<string>).at(row) ?? freshText()) as A, scope);
        // Fails here, under its name, rather than when a whole epoch is written.
        JSON.stringify(found);
        return found;
      }),
  });
}

function merged<A>(merge: (one: A, other: A) => A | void, one: string, other: string): string {
  const accumulator = JSON.parse(one) as A;
  return canonicalJson(merge(accumulator, JSON.parse(other) as A) ?? accumulator, Number.POSITIVE_INFINITY);
}

function initialOf(init: unknown): { readonly text: string } | { readonly problem: InvalidArgument } {
  let given: unknown = init;
  try {
    given = (init as () => unknown)();
    return { text: canonicalJson(given, LENGTH_MAX_LIMIT) };
  } catch {
    return { problem: new InvalidArgument(given, 'a function that gives a JSON value', 'init') };
  }
}
