import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ByteReader, ByteWriter } from '../../shared/log/bytes.ts';
import { readKeys, writeKeys } from '../../shared/log/key-codec.ts';

function written(keys: readonly string[]): Uint8Array {
  const writer = new ByteWriter();
  writeKeys(writer, keys);
  return writer.bytes().slice();
}

function expectKept(keys: readonly string[]): void {
  const reader = new ByteReader(written(keys));
  expect(readKeys(reader)).toEqual(keys);
  expect(reader.atEnd).toBe(true);
}

function range<T>(count: number, of: (index: number) => T): T[] {
  return Array.from({ length: count }, (_each, index) => of(index));
}

const UUID = '018f3c2a-7b4d-7e21-9c55-0a1b2c3d4e5f';

describe('keys that are written and read', () => {
  test('are the same, whatever they are', () => {
    const part = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 6 }),
      fc.constantFrom('user-', '@example.com', 'é', '😀', '0', '00', '', '-'),
      fc.nat().map(String),
    );
    const key = fc.oneof(
      fc.tuple(part, part, part).map((parts) => parts.join('')),
      fc.uuid(),
      fc.uuid().map((uuid) => uuid.toUpperCase()),
      fc.string({ unit: 'binary', minLength: 30, maxLength: 300 }),
      fc.bigInt({ min: 0n, max: 10n ** 20n }).map(String),
    );
    fc.assert(fc.property(fc.uniqueArray(key), expectKept), { numRuns: 1_000 });
  });

  test.each<[string, string[]]>([
    ['numbers', ['0', '7', '10', '123456789012345', '999999999999999']],
    ['numbers of more digits than are safe', ['9007199254740993', '1234567890123456789', '10000000000000000000000']],
    ['numbers with zeros in front', ['0', '00', '000', '007', '0070', 'a-000123', 'a-123', 'a-0']],
    ['numbers in the middle', range(50, (index) => `user${index * 977}@example.com`)],
    ['more patterns than are told apart', range(50, (index) => `${'abcdefghij'[index % 10]}-${index}`)],
    ['what stands before them too long for a pattern', ['x'.repeat(300), `${'y'.repeat(65)}1`, `1${'z'.repeat(65)}`, `${'é'.repeat(32)}1`]],
    ['UUIDs', [UUID, UUID.replace('0', '1'), 'ffffffff-ffff-ffff-ffff-ffffffffffff', '00000000-0000-0000-0000-000000000000']],
    [
      'nearly UUIDs',
      [UUID.toUpperCase(), UUID.replaceAll('-', ''), UUID.replace('a', 'g'), `${UUID}0`, UUID.slice(1), UUID.replace('-', '_')],
    ],
    ['of several kinds', [UUID, 'user-1', 'text', '', 'ü', UUID.replace('8', '9'), 'user-2', 'text, too', '😀1', '1😀']],
    ['none', []],
    ['one, empty', ['']],
    ['many, longer together than what is cut at once', range(3_000, (index) => `${index}${'-'.repeat(index % 40)}ö`)],
  ])('are the same when they are %s', (_what, keys) => expectKept(keys));

  test('take few bytes where they are numbers in few patterns, or UUIDs, and what their text takes otherwise', () => {
    expect(written(range(1_000, (index) => `user-${10_000 + index * 61}`)).length).toBeLessThan(1_000 * 2 + 30);
    expect(written(range(1_000, (index) => `${UUID.slice(0, -4)}${1_000 + index}`)).length).toBeLessThan(1_000 * 16 + 30);
    expect(written(['one', 'two', 'three']).length).toBeLessThan(11 + 3 + 20);
  });
});

describe('bytes that nobody writes as keys', () => {
  const text = (value: string) => [...Buffer.from(value)];

  test.each<[string, number[], string]>([
    ['more rows than there are bytes', [200, 1, 0], 'a table has 200 rows in 1 bytes'],
    ['more patterns than anybody writes', [1, 5, 0, 0, 0, 0], 'a table has 5 patterns of keys; needed: at most 4'],
    ['a pattern longer than anybody writes', [1, 1, 65, ...text('x'.repeat(65))], 'a pattern of keys has 65 bytes; needed: at most 64'],
    ['a pattern that is not there', [1, 0, 0, 0, 4, 0, 0, 0, 0, 0, 2], 'a key has the pattern 0; needed: one of 0'],
    ['a number below 0', [1, 1, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 1], 'a key has the number -1; needed: at most 15 digits'],
    ['a number with decimals', [1, 1, 0, 0, 0, 0, 4, 0, 0, 0, 0, 2, 2], 'a key has the number 0.1; needed: at most 15 digits'],
    ['a text of less than nothing', [1, 0, 0, 0, 0, 0, 0, 1], 'a key has -1 bytes'],
    ['a text longer than there are bytes', [1, 0, 0, 0, 0, 0, 0, 200, 1], '100 bytes wanted at 9, 9 are there'],
  ])('since they say %s are refused', (_what, bytes, message) => {
    expect(() => readKeys(new ByteReader(Uint8Array.from(bytes)))).toThrow(new RangeError(message));
  });

  test('give keys or are refused, whatever they are, and take no more memory than they are long', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        try {
          expect(readKeys(new ByteReader(bytes)).length).toBeLessThanOrEqual(bytes.length + 1);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }),
      { numRuns: 5_000 },
    );
  });
});
