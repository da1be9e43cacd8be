import { InvalidArgument } from '../definition/invalid-argument.ts';
import type { Aggregate } from './aggregate.ts';

/** Several aggregates as one, whose result has theirs by name. */
export function bundle<E, R extends object>(parts: { readonly [N in keyof R]: Aggregate<E, R[N]> }): Aggregate<E, R> {
  const names = Object.keys(parts);
  const aggregates = Object.values<Aggregate<E, unknown>>(parts);
  // Where each part's columns begin, behind those of the parts before it.
  const offsets: number[] = [];
  let width = 0;
  for (const { columns } of aggregates) {
    offsets.push(width);
    width += columns.length;
  }
  const each = (run: (part: Aggregate<E, unknown>, offset: number) => void) => {
    for (let index = 0; index < aggregates.length; index++) run(aggregates[index] as Aggregate<E, unknown>, offsets[index] as number);
  };
  return Object.freeze<Aggregate<E, R>>({
    describe: `{ ${aggregates.map((part, index) => `${names[index]}: ${part.describe}`).join(', ')} }`,
    columns: aggregates.flatMap(({ columns }, index) => columns.map((column) => ({ ...column, name: `${names[index]} ${column.name}` }))),
    check: () => {
      for (const [index, part] of aggregates.entries()) InvalidArgument.in(names[index] as string, () => part.check?.());
    },
    read: (event, inputs, at) => each((part, offset) => part.read?.(event, inputs, at + offset)),
    ...(aggregates.some((part) => part.stage !== undefined) && {
      stage: (columns, at, row, inputs) => each((part, offset) => part.stage?.(columns, at + offset, row, inputs)),
    }),
    add: (columns, at, row, inputs) => each((part, offset) => part.add(columns, at + offset, row, inputs)),
    merge: (into, row, from, fromRow, at) => each((part, offset) => part.merge(into, row, from, fromRow, at + offset)),
    result: (columns, at, row, scope) =>
      Object.fromEntries(
        aggregates.map((part, index) => [names[index], part.result(columns, at + (offsets[index] as number), row, scope)]),
      ) as R,
  });
}
