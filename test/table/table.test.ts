import fc from 'fast-check';
import { expect, test } from 'vitest';
import { count } from '../../shared/aggregates/count.ts';
import { last } from '../../shared/aggregates/first-last.ts';
import { max, min } from '../../shared/aggregates/extremes.ts';
import { sum } from '../../shared/aggregates/sum.ts';
import { Table } from '../../shared/table/table.ts';
import { FIRST_HOUR, foldEvent } from '../fixtures/fold-event.ts';

const itself = (value: number) => value;

test('a table that has grown holds in new rows what a row holds before its first event', () => {
  const table = new Table([count(), min(itself), max(itself), sum(itself)], 1);
  for (let row = 0; row < 1_000; row++) foldEvent(table, `k${row}`, row);
  for (let row = 0; row < 1_000; row++) expect(table.results(row, FIRST_HOUR)).toEqual([1, row, row, row]);
});

test('keys are told apart whatever they are called', () => {
  const names = ['__proto__', 'constructor', 'toString', '', ' ', '0', '-0', '1', '01', 'é', 'e\u0301', 'K', 'k'];
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.constantFrom(...names), fc.string()), { maxLength: 50 }), (keys) => {
      const table = new Table([count()]);
      for (const key of keys) foldEvent(table, key, 0);
      const counted = Map.groupBy(keys, (key) => key);
      expect(new Map(table.keys.map((key, row) => [key, table.events.at(row)]))).toEqual(
        new Map([...counted].map(([key, group]) => [key, group.length])),
      );
      for (const [row, key] of table.keys.entries()) expect(table.rowOf(key)).toBe(row);
      expect(table.rowOf('a key that nobody added')).toBeUndefined();
    }),
  );
});

const SHAPE = [count(), min(itself), max(itself), sum(itself), last(itself)];

function folded(events: readonly (readonly [key: string, value: number])[]): Table {
  const table = new Table(SHAPE, 1);
  for (const [key, value] of events) foldEvent(table, key, value, value);
  return table;
}

const events = fc.array(fc.tuple(fc.string({ maxLength: 2 }), fc.integer()), { maxLength: 100 });

test('merging a table is merging its rows one by one', () => {
  fc.assert(
    fc.property(events, events, (mine, theirs) => {
      const [whole, byRow, from] = [folded(mine), folded(mine), folded(theirs)];
      whole.merge(from);
      for (let row = 0; row < from.size; row++) byRow.mergeRow(from, row);
      expect(whole.keys).toEqual(byRow.keys);
      for (let row = 0; row < whole.size; row++) expect(whole.results(row, FIRST_HOUR)).toEqual(byRow.results(row, FIRST_HOUR));
    }),
  );
});

test('a sorted table has the same rows, by key', () => {
  fc.assert(
    fc.property(events, (mine) => {
      const table = folded(mine);
      const sorted = table.sorted();
      expect(sorted.keys).toEqual(table.keys.toSorted((a, b) => (a < b ? -1 : 1)));
      for (const [row, key] of sorted.keys.entries()) {
        expect(sorted.results(row, FIRST_HOUR)).toEqual(table.results(table.rowOf(key) as number, FIRST_HOUR));
        expect(sorted.rowOf(key)).toBe(row);
      }
    }),
  );
});
