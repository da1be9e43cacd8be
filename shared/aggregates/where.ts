import { InvalidArgument } from '../definition/invalid-argument.ts';
import type { Float64Column } from '../table/float64-column.ts';
import type { Aggregate } from './aggregate.ts';
import { type Predicate, requirePredicate } from './predicate.ts';

/**
 * An aggregate over the events for which a predicate holds; `null` when it holds for none. The others stay in the window and count for its
 * other aggregates.
 */
export function where<E, R>(predicate: Predicate<E>, aggregate: Aggregate<NoInfer<E>, R>): Aggregate<E, R | null> {
  // A caller in plain JavaScript may hand over anything; check() says so once the field's name is known.
  const declared = aggregate?.columns ?? [];
  const stages = aggregate?.stage !== undefined;
  return Object.freeze<Aggregate<E, R | null>>({
    describe: `where(${aggregate?.describe})`,
    columns: [{ kind: 'float64', name: 'matched', initial: 0 }, ...declared],
    check: () => {
      requirePredicate(predicate, 'predicate');
      if (typeof aggregate?.merge !== 'function')
        throw new InvalidArgument(aggregate, 'an aggregate such as count() or mean(e => e.amount)', 'aggregate');
      InvalidArgument.in('aggregate', () => aggregate.check?.());
    },
    read: (event, inputs, at) => {
      // Anything truthy: a predicate in plain JavaScript need not give a boolean.
      const matches = predicate(event) ? 1 : 0;
      inputs.numbers[at] = matches;
      if (matches === 1) aggregate.read?.(event, inputs, at + 1);
    },
    ...(stages && {
      stage: (columns, at, row, inputs) => {
        if (inputs.numbers[at] === 1) aggregate.stage?.(columns, at + 1, row, inputs);
      },
    }),
    add: (columns, at, row, inputs) => {
      if (inputs.numbers[at] !== 1) return;
      const matched = columns[at] as Float64Column;
      matched.set(row, matched.at(row) + 1);
      aggregate.add(columns, at + 1, row, inputs);
    },
    merge: (into, row, from, fromRow, at) => {
      const matched = into[at] as Float64Column;
      matched.set(row, matched.at(row) + (from[at] as Float64Column).at(fromRow));
      aggregate.merge(into, row, from, fromRow, at + 1);
    },
    result: (columns, at, row, scope) => {
      const events = (columns[at] as Float64Column).at(row);
      return events === 0 ? null : aggregate.result(columns, at + 1, row, { ...scope, events });
    },
  });
}
