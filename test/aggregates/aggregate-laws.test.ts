import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Aggregate } from '../../shared/aggregates/aggregate.ts';
import { count } from '../../shared/aggregates/count.ts';
import { max, min } from '../../shared/aggregates/extremes.ts';
import { mean } from '../../shared/aggregates/mean.ts';
import { sum } from '../../shared/aggregates/sum.ts';
import { Table } from '../../shared/table/table.ts';
import { exactSum, fullDoubles } from '../fixtures/exact-sum.ts';
import { FIRST_HOUR, foldEvent } from '../fixtures/fold-event.ts';

const itself = (value: number) => value;

/** Every aggregate there is, with what it must give for the inputs of one key. */
const AGGREGATES: [name: string, aggregate: Aggregate<number, number>, expected: (values: readonly number[]) => number][] = [
  ['count', count(), (values) => values.length],
  ['sum', sum(itself), exactSum],
  ['mean', mean(itself), (values) => exactSum(values) / values.length],
  ['min', min(itself), (values) => values.reduce((a, b) => Math.min(a, b))],
  ['max', max(itself), (values) => values.reduce((a, b) => Math.max(a, b))],
];

const KEYS = ['north', 'south', 'é', ''];
type Event = readonly [key: string, value: number];

// Far apart, yet within what two doubles hold together: sums are exact, so order must not show at all.
const event: fc.Arbitrary<Event> = fc.tuple(fc.constantFrom(...KEYS), fc.oneof(fullDoubles(20), fc.integer({ min: -3, max: 3 })));
const batch = fc.array(event, { maxLength: 12 });

function folded(aggregate: Aggregate<number, number>, events: readonly Event[]): Table {
  const table = new Table([aggregate], 1);
  for (const [key, value] of events) foldEvent(table, key, value);
  return table;
}

function merge(into: Table, ...tables: readonly Table[]): Table {
  for (const from of tables) for (let row = 0; row < from.size; row++) into.mergeRow(from, row);
  return into;
}

/** What a table says of every key, whatever the order of its rows. `+ 0`: -0 and 0 are the same number to whoever reads a pane. */
function said(table: Table): Map<string, { events: number; result: number }> {
  return new Map(
    table.keys
      .map((key, row) => [key, { events: table.events.at(row), result: (table.results(row, FIRST_HOUR)[0] as number) + 0 }] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

describe.each(AGGREGATES)('%s', (_name, aggregate, expected) => {
  test('gives for every key what its definition says', () => {
    fc.assert(
      fc.property(batch, (events) => {
        const groups = Map.groupBy(events, ([key]) => key);
        const results = [...groups].map(([key, group]) => {
          const values = group.map(([, value]) => value);
          return [key, { events: values.length, result: expected(values) + 0 }] as const;
        });
        expect(said(folded(aggregate, events))).toEqual(new Map(results.sort(([a], [b]) => (a < b ? -1 : 1))));
      }),
    );
  });

  test('merged from any number of batches, in any order and grouping, is what folding all would have given', () => {
    fc.assert(
      fc.property(fc.array(batch, { minLength: 1, maxLength: 6 }), fc.infiniteStream(fc.nat()), (batches, choices) => {
        const all = said(folded(aggregate, batches.flat()));
        // Two tables at a time, picked at random, until one is left: every order and every bracketing can come up.
        const tables = batches.map((events) => folded(aggregate, events));
        const take = () => tables.splice((choices.next().value as number) % tables.length, 1)[0] as Table;
        while (tables.length > 1) tables.push(merge(take(), take()));
        expect(said(take())).toEqual(all);
      }),
    );
  });

  test('has a fresh table as its neutral element, on both sides', () => {
    fc.assert(
      fc.property(batch, (events) => {
        const table = folded(aggregate, events);
        const before = said(table);
        expect(said(merge(table, new Table([aggregate])))).toEqual(before);
        expect(said(merge(new Table([aggregate]), table))).toEqual(before);
        // Rows that were made and hold no event yet are neutral, too.
        const fresh = new Table([aggregate]);
        for (const key of table.keys) fresh.row(key);
        expect(said(merge(fresh, table))).toEqual(before);
      }),
    );
  });
});
