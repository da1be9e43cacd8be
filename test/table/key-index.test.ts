import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { KeyIndex } from '../../shared/table/key-index.ts';

const FNV_PRIME = 0x01000193;
const FNV_BASIS = 0x811c9dc5;

/** Keys of three units whose FNV-1a is the same: the third unit makes up for what the first two have done to the lower half. */
function collidingKeys(count: number): string[] {
  const upper = 0x1234;
  const keys: string[] = [];
  for (let first = 0x4e00; keys.length < count; first++) {
    for (let second = 0; second < 0xd800; second++) {
      const state = Math.imul(Math.imul(FNV_BASIS ^ first, FNV_PRIME) ^ second, FNV_PRIME);
      if (state >>> 16 === upper) keys.push(String.fromCharCode(first, second, state & 0xffff));
    }
  }
  return keys.slice(0, count);
}

describe('an index of keys', () => {
  test('gives every key the row that a map would', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 3 }), { maxLength: 500, size: 'max' }), (keys) => {
        const index = new KeyIndex([]);
        const rows = new Map<string, number>();
        for (const key of keys) {
          expect(index.rowOf(key)).toBe(rows.get(key));
          if (!rows.has(key)) rows.set(key, rows.size);
          expect(index.row(key)).toBe(rows.get(key));
        }
        expect(index.keys).toEqual([...rows.keys()]);
        const again = new KeyIndex([...index.keys]);
        for (const [key, row] of rows) expect([index.rowOf(key), again.rowOf(key)]).toEqual([row, row]);
      }),
    );
  });

  test('finds keys that were made to collide, and others among them', () => {
    const colliding = collidingKeys(300);
    expect(new Set(colliding).size).toBe(300);
    const keys = colliding.flatMap((key, at) => [key, `other-${at}`, `another-${at}`]);
    const index = new KeyIndex([]);
    for (const [row, key] of keys.entries()) expect(index.row(key)).toBe(row);
    const again = new KeyIndex([...keys]);
    for (const [row, key] of keys.entries()) expect([index.rowOf(key), index.row(key), again.rowOf(key)]).toEqual([row, row, row]);
    expect([index.rowOf('a'), again.rowOf(`${colliding[0]}a`)]).toEqual([undefined, undefined]);
  });

  test('refuses keys that are not distinct', () => {
    expect(() => new KeyIndex(['a', 'b', 'a'])).toThrow(new RangeError('a table of 3 rows holds the key of row 2 twice'));
  });
});
