import fc from 'fast-check';
import { expect, test } from 'vitest';
import { count } from '../../shared/aggregates/count.ts';
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
