import { describe, expect, test } from 'vitest';
import { collect } from '../../shared/aggregates/collect.ts';
import { countDistinct } from '../../shared/aggregates/count-distinct.ts';
import { last } from '../../shared/aggregates/first-last.ts';
import { percentile } from '../../shared/aggregates/percentiles.ts';
import { topK } from '../../shared/aggregates/top-k.ts';
import { ByteReader, ByteWriter } from '../../shared/log/bytes.ts';
import { readTable, writeTable } from '../../shared/log/table-codec.ts';
import { Table, type TableShape } from '../../shared/table/table.ts';
import { foldEvent } from '../fixtures/fold-event.ts';

const itself = (value: unknown) => value;
const SHAPE: TableShape = [
  last(itself),
  countDistinct(itself as never),
  percentile(itself as never, 0.5),
  topK(itself as never, 2),
  collect({ limit: 2 }),
];

function written(table: Table): Uint8Array {
  const writer = new ByteWriter();
  writeTable(writer, table);
  return writer.bytes().slice();
}

function filled(shape: TableShape): Table {
  const table = new Table(shape);
  foldEvent(table, 'a', 3, 7);
  table.row('b');
  return table;
}

describe('a column of states', () => {
  test('is written as the protocol says: lengths and 1, 0 for none, then the states', () => {
    const table = filled([last(itself)]);
    const float = (value: number) => [...new Uint8Array(Float64Array.of(value).buffer)];
    const layout = [
      // Two rows, no patterns of keys; both are text, of one letter; no UUIDs, no numbers.
      [2, 0, 0, 0, 0, 0, 0, 2, 97, 98, 0, 0, 0],
      // Events: a byte a row, whole, from 0: 1 and 0.
      [1, 0, 0, 1, 0],
      // Times, the row of one event apart: 7, nothing above it; the other is no decimal, so its bytes as they are.
      [1, 0, 0, 0, 14, 8, ...float(Number.NEGATIVE_INFINITY)],
      // Values: the first row has two bytes (and 1), the second has none: a byte a row, from 0; text of one byte, '3'.
      [1, 0, 0, 3, 0, 1, 51],
    ];
    expect([...written(table)]).toEqual(layout.flat());
  });

  test.each<[string, TableShape, number[]]>([
    ['countDistinct, few', [countDistinct(itself as never)], [0, 1]],
    ['topK', [topK(itself as never, 2)], [0, 1, 1, 51, 1]],
  ])('of %s begins as the protocol says', (_what, shape, beginning) => {
    const bytes = written(filled(shape));
    // Behind keys, events and two lengths.
    const states = bytes.subarray(13 + 5 + 5);
    expect([...states.subarray(0, beginning.length)]).toEqual(beginning);
  });

  test('is refused wherever its bytes end too early, and in a form that is not known', () => {
    const bytes = written(filled(SHAPE));
    expect(written(readTable(new ByteReader(bytes), SHAPE))).toEqual(bytes);
    for (let length = 0; length < bytes.length; length++) {
      expect(() => readTable(new ByteReader(bytes.subarray(0, length)), SHAPE)).toThrow(RangeError);
    }
    const [shape, wrong] = [[countDistinct(itself as never)], written(filled([countDistinct(itself as never)]))];
    wrong[23] = 9;
    expect(() => readTable(new ByteReader(wrong), shape)).toThrow('a count of distinct values has the form 9');
    wrong[21] = 5;
    expect(() => readTable(new ByteReader(wrong), shape)).toThrow(RangeError);
  });
});
