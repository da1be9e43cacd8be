import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ByteReader, ByteWriter } from '../../shared/log/bytes.ts';
import { readNumbers, writeNumbers } from '../../shared/log/number-codec.ts';

function written(numbers: readonly number[]): Uint8Array {
  const writer = new ByteWriter();
  writeNumbers(writer, Float64Array.from(numbers));
  return writer.bytes().slice();
}

/** As bits: 0 and -0 differ, and NaN is itself. */
function bits(numbers: ArrayLike<number>): BigUint64Array {
  return new BigUint64Array(Float64Array.from(numbers).buffer);
}

function expectKept(numbers: readonly number[]): void {
  const reader = new ByteReader(written(numbers));
  expect(bits(readNumbers(reader, numbers.length))).toEqual(bits(numbers));
  expect(reader.atEnd).toBe(true);
}

const decimals = (places: number) => fc.integer({ min: -1_000_000, max: 1_000_000 }).map((whole) => whole / 10 ** places);

describe('numbers that are written and read', () => {
  test('are the same bit by bit, whatever they are', () => {
    const number = fc.oneof(
      fc.double(),
      fc.integer(),
      decimals(2),
      fc.constantFrom(0, -0, Number.NaN, 2 ** 52, -(2 ** 52), 5e-324, -5e-324),
    );
    fc.assert(fc.property(fc.array(number), expectKept), { numRuns: 1_000 });
  });

  test.each(
    [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 5e-324, Number.MAX_VALUE, 2 ** 53, -(2 ** 53)].flatMap((edge) => [
      [[edge]],
      [[edge, edge]],
      [[1, edge, 2.5]],
      [[edge, 7]],
      [[7, edge]],
    ]),
  )('are the same at the edges: %j', expectKept);

  test('are the same when they are decimals, or sums of decimals, which are none themselves', () => {
    const terms = (places: number) => fc.array(fc.array(decimals(places), { minLength: 1, maxLength: 20 }), { minLength: 1 });
    fc.assert(
      fc.property(fc.nat(9).chain(terms), (sums) => expectKept(sums.map((each) => each.reduce((total, term) => total + term, 0)))),
      { numRuns: 500 },
    );
  });

  test('are the same a few steps beside a decimal, also where the step carries', () => {
    const beside = (from: number, steps: number) => {
      const word = new BigInt64Array(Float64Array.of(from).buffer);
      word[0] = (word[0] as bigint) + BigInt(steps);
      return new Float64Array(word.buffer)[0] as number;
    };
    for (const from of [1, -1, 0.5, 2 ** 20, 2 ** 32 / 100, -123_456.78, 0.01]) {
      for (let steps = -130; steps <= 130; steps++) expectKept([from, beside(from, steps), 3]);
    }
  });

  test.each<[string, number[], number]>([
    ['alike', [12.34, 12.34, 12.34], 4],
    ['whole', [1_000_000, 1_000_255, 1_000_007], 3 + 3 + 2],
    ['of two decimals', [0.01, 655.36, 300.07], 3 + 3 * 2],
    ['a sum of them', [0.01, 0.1 + 0.2, 300.07], 3 + 3 * 2 + 3],
    ['no decimals', [Math.PI, Math.E, Math.SQRT2], 1 + 3 * 8],
    ['alike but one, which is none', [0.25, 0.25, Number.POSITIVE_INFINITY], 1 + 3 * 8],
  ])('that are %s take as few bytes as that allows', (_what, numbers, bytes) => {
    expect(written(numbers).length).toBeLessThanOrEqual(bytes);
  });
});

describe('bytes that nobody writes as numbers', () => {
  test.each<[string, number[], string]>([
    ['too wide', [9, 0, 0], 'numbers are 9 bytes wide; needed: at most 8'],
    ['too many decimals', [1, 20, 0, 1, 2], 'numbers have 10 decimals; needed: at most 9'],
    ['too few values', [2, 0, 0, 1, 2, 3], '4 bytes wanted at 3, 6 are there'],
    ['too few float64s', [8, 1, 2, 3], '16 bytes wanted at 1, 4 are there'],
  ])('since they are %s are refused', (_what, bytes, message) => {
    expect(() => readNumbers(new ByteReader(Uint8Array.from(bytes)), 2)).toThrow(new RangeError(message));
  });
});
