import { describe, expect, test } from 'vitest';
import { randomFrom } from '../../bench/random.ts';
import { type KeyKind, measuredTable, restored, stored } from '../../bench/stored-tables.ts';

const KEYS = 5_000;
const SEEDS = [1, 2, 3];

describe('bytes a key of a batch, for count, sum, min and max of random amounts of two decimals', () => {
  test.each<[KeyKind, number, number]>([
    ['id', 9, 13],
    ['address', 13, 17],
    ['random address', 13, 17],
    ['uuid', 25, 29],
  ])('that is of the kind %s are at most %d of one event, and %d of three', (kind, ofOne, ofThree) => {
    for (const seed of SEEDS) {
      for (const [events, atMost] of [
        [1, ofOne],
        [3, ofThree],
      ] as const) {
        const table = measuredTable(kind, KEYS, events, randomFrom(seed));
        const bytes = stored(table);
        expect(bytes.length / table.size).toBeLessThanOrEqual(atMost);
        expect(restored(bytes).keys).toEqual(table.keys);
      }
    }
  });

  test('say a number once that sum, min and max of one event have in common, also where other keys have more events', () => {
    const single = stored(measuredTable('id', KEYS, 1, randomFrom(1))).length / KEYS;
    const mixed = measuredTable('id', KEYS, undefined, randomFrom(1));
    const several = stored(measuredTable('id', KEYS, 3, randomFrom(1))).length / KEYS;
    const share = mixed.events.values.subarray(0, mixed.size).filter((events) => events === 1).length / mixed.size;
    // What may come on top: that the number of events differs, and is no longer said once.
    expect(stored(mixed).length / mixed.size).toBeLessThan(share * single + (1 - share) * several + 0.75);
  });
});
