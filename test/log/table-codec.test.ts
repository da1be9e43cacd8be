import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Aggregate } from '../../shared/aggregates/aggregate.ts';
import { ByteReader, ByteWriter } from '../../shared/log/bytes.ts';
import { readTable, writeTable } from '../../shared/log/table-codec.ts';
import type { Float64Column } from '../../shared/table/float64-column.ts';
import { Table } from '../../shared/table/table.ts';

const COLUMNS = 3;

/** Keeps whatever numbers it is given, so that any column can be made. */
const plain: Aggregate<never, unknown> = {
  describe: 'plain',
  columns: Array.from({ length: COLUMNS }, (_, index) => ({
    kind: 'float64' as const,
    name: `c${index}`,
    initial: index === 1 ? Number.POSITIVE_INFINITY : 0,
  })),
  add: () => {},
  merge: () => {},
  result: () => undefined,
};

function numbers(table: Table, index: number): Float64Column {
  return table.columns[index] as Float64Column;
}

function tableOf(keys: readonly string[], columns: readonly (readonly number[])[]): Table {
  const table = new Table([plain], 1);
  for (const key of keys) table.row(key);
  for (const [row] of keys.entries()) {
    table.events.set(row, columns[0]?.[row] as number);
    for (let index = 0; index < COLUMNS; index++) numbers(table, index).set(row, columns[index + 1]?.[row] as number);
  }
  return table;
}

function written(table: Table): Uint8Array {
  const writer = new ByteWriter();
  writeTable(writer, table);
  return writer.bytes().slice();
}

/** A table's numbers as bits: 0 and -0 differ, NaN would not. */
function bits(table: Table): readonly BigUint64Array[] {
  return [table.events, ...table.columns.map((_column, index) => numbers(table, index))].map(
    ({ values }) => new BigUint64Array(values.slice(0, table.size).buffer),
  );
}

function expectSame(read: Table, table: Table): void {
  expect(read.keys).toEqual(table.keys);
  expect(bits(read)).toEqual(bits(table));
}

const EDGES = [
  0,
  -0,
  1,
  -1,
  0.1,
  127,
  128,
  -64,
  -65,
  2 ** 31,
  2 ** 32,
  -(2 ** 32),
  2 ** 52 - 1,
  2 ** 52,
  2 ** 52 + 1,
  -(2 ** 52),
  -(2 ** 52) - 1,
  2 ** 53 - 1,
  2 ** 53,
  2 ** 53 + 2,
  -(2 ** 53),
  Number.MAX_VALUE,
  Number.MIN_VALUE,
  -Number.MIN_VALUE,
  Number.EPSILON,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
];

describe('a table that is written and read', () => {
  test.each(EDGES)('keeps %d, alone, everywhere, and among whole and broken numbers', (edge) => {
    for (const column of [[edge], [edge, edge, edge], [1, edge, 3], [0.5, edge, -0.25], [edge, -0, 0]]) {
      const table = tableOf(
        column.map((_value, row) => `k${row}`),
        [column, column.toReversed(), column, column.map(() => 7)],
      );
      expectSame(readTable(new ByteReader(written(table)), [plain]), table);
    }
  });

  test('is the same, bit by bit, whatever keys and numbers it holds', () => {
    const number = fc.oneof(fc.constantFrom(...EDGES), fc.double({ noNaN: true }), fc.integer());
    const column = (rows: number) =>
      fc.oneof(
        number.map((value) => Array.from({ length: rows }, () => value)),
        fc.array(fc.integer(), { minLength: rows, maxLength: rows }),
        fc.array(fc.constantFrom(1, 2, 0.5), { minLength: rows, maxLength: rows }),
        fc.array(number, { minLength: rows, maxLength: rows }),
      );
    const key = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: 'grapheme', maxLength: 4 }),
      fc.constantFrom('', '__proto__', '😀', 'e\u0301', '\u0000'),
    );
    const content = fc
      .uniqueArray(key, { maxLength: 30 })
      .chain((keys) => fc.tuple(fc.constant(keys), fc.array(column(keys.length), { minLength: COLUMNS + 1, maxLength: COLUMNS + 1 })));
    fc.assert(
      fc.property(content, fc.array(content, { maxLength: 2 }), ([keys, columns], others) => {
        const table = tableOf(keys, columns);
        // Others behind it: reading must end exactly where writing ended.
        const writer = new ByteWriter();
        const all = [table, ...others.map(([otherKeys, otherColumns]) => tableOf(otherKeys, otherColumns))];
        for (const each of all) writeTable(writer, each);
        const reader = new ByteReader(writer.bytes());
        for (const each of all) expectSame(readTable(reader, [plain]), each);
        expect(reader.atEnd).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test.each<[string, number[], number[][]]>([
    [
      'of one event throughout',
      [1, 1, 1],
      [
        [0.5, 7, -3],
        [0.5, 7, -3],
        [0, 0, 0],
      ],
    ],
    [
      'of one event and of several',
      [1, 2, 1, 3],
      [
        [0.5, 7, 9, -3],
        [0.5, -0, 9, 4],
        [0, 1e-17, 0, -1e-17],
      ],
    ],
    [
      'in which 0 stands where the column before has -0',
      [1, 2, 1],
      [
        [0, 1, 0],
        [-0, 1, 0],
        [0, 1, -0],
      ],
    ],
    [
      'in which nothing is a number',
      [1, 2, 1],
      [
        [Number.NaN, 1, Number.NaN],
        [Number.NaN, 1, Number.NaN],
        [1, 1, 1],
      ],
    ],
    [
      'that say what the events say',
      [1, 2, 1],
      [
        [1, 2, 1],
        [1, 5, 1],
        [2, 1, 2],
      ],
    ],
  ])('is the same with columns %s', (_what, events, columns) => {
    const table = tableOf(
      events.map((_event, row) => `k${row}`),
      [events, ...columns],
    );
    const read = readTable(new ByteReader(written(table)), [plain]);
    expectSame(read, table);
    // Each column is memory of its own: what changes in one changes in no other.
    numbers(read, 0).set(0, 77);
    expect([read.events.at(0), numbers(read, 1).at(0)]).toEqual([table.events.at(0), numbers(table, 1).at(0)]);
  });

  test('may be empty', () => {
    const table = tableOf([], []);
    expectSame(readTable(new ByteReader(written(table)), [plain]), table);
  });

  test('may have 10,000 keys, and can be added to afterwards', () => {
    const keys = Array.from({ length: 10_000 }, (_, row) => `sensor-${row}-ü`);
    const table = tableOf(keys, [
      keys.map((_key, row) => row + 1),
      keys.map((_key, row) => row / 3),
      keys.map(() => 5),
      keys.map((_key, row) => -row),
    ]);
    const read = readTable(new ByteReader(written(table)), [plain]);
    expectSame(read, table);
    expect(read.row('one more')).toBe(10_000);
    expect(numbers(read, 1).at(10_000)).toBe(Number.POSITIVE_INFINITY);
  });

  test('costs a byte or two a key for counts, and nothing for a column that is the same everywhere', () => {
    const keys = Array.from({ length: 1_000 }, (_, row) => String(1_000 + row));
    const same = keys.map(() => 0.1);
    const without = written(tableOf(keys, [same, same, same, same])).length;
    const counts = keys.map((_key, row) => row % 100);
    expect(written(tableOf(keys, [counts, same, same, same])).length - without).toBeLessThanOrEqual(2 * keys.length);
  });
});

describe('bytes that end too early', () => {
  test('are refused wherever they end', () => {
    const bytes = written(
      tableOf(
        ['a', 'é'],
        [
          [1, 2],
          [0.1, 0.2],
          [3, 3],
          [4, 500],
        ],
      ),
    );
    for (let length = 0; length < bytes.length; length++) {
      expect(() => readTable(new ByteReader(bytes.subarray(0, length)), [plain])).toThrow(RangeError);
    }
  });
});

describe('bytes that nobody wrote', () => {
  test('give a table or are refused, whatever they are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        try {
          expect(readTable(new ByteReader(bytes), [plain]).size).toBeLessThanOrEqual(bytes.length + 1);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }),
      { numRuns: 3_000 },
    );
  });

  test('are refused where they say a column that is not there, or the same key twice', () => {
    const bytes = written(
      tableOf(
        ['a', 'b'],
        [
          [1, 2],
          [3, 4],
          [3, 4],
          [5, 6],
        ],
      ),
    );
    const like = bytes.indexOf(3, 20);
    const wrong = Uint8Array.from(bytes);
    wrong[like] = 9;
    expect(() => readTable(new ByteReader(wrong), [plain])).toThrow(
      new RangeError('a column has the form 9; there are 2 columns before it'),
    );
    const twice = Uint8Array.from(bytes);
    twice[twice.indexOf(98)] = 97;
    expect(() => readTable(new ByteReader(twice), [plain]).row('a')).toThrow(
      new RangeError('a table of 2 rows holds the key of row 1 twice'),
    );
  });
});

describe('numbers in bytes', () => {
  test('varints hold every whole number that is safe, zigzags every one within 2^52', () => {
    const safe = fc.oneof(fc.constantFrom(0, 127, 128, 16_383, 16_384, 2 ** 32, Number.MAX_SAFE_INTEGER), fc.maxSafeNat());
    const signed = fc.oneof(fc.constantFrom(0, -1, 1, -64, 64, 2 ** 52, -(2 ** 52)), fc.integer({ min: -(2 ** 52), max: 2 ** 52 }));
    fc.assert(
      fc.property(fc.array(fc.tuple(safe, signed)), (pairs) => {
        const writer = new ByteWriter();
        for (const [natural, whole] of pairs) {
          writer.varint(natural);
          writer.zigzag(whole);
        }
        const reader = new ByteReader(writer.bytes());
        for (const [natural, whole] of pairs) {
          expect(reader.varint()).toBe(natural);
          expect(reader.zigzag()).toBe(whole);
        }
        expect(reader.atEnd).toBe(true);
      }),
    );
  });
});
