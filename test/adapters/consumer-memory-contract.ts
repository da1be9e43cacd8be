import { expect, test } from 'vitest';
import type { ConsumerMemory, Remembered, SeenInEpoch } from '../../shared/ports/consumer-memory.ts';

export const SEEN: SeenInEpoch = { epoch: 4_711, indexes: Uint8Array.of(0b1010_0001, 0, 3) };
export const NO_PANES: SeenInEpoch = { epoch: 3, indexes: new Uint8Array() };

export function remembered(revision: number, ...byPipeline: [pipeline: string, seen: SeenInEpoch][]): Remembered {
  return { revision, byPipeline: new Map(byPipeline) };
}

/** What every memory of a consumer must do. @param open A memory that has seen nothing. */
export function consumerMemoryContract(open: () => ConsumerMemory): void {
  test('gives back what was written, shard by shard', async () => {
    const memory = open();
    const first = remembered(1, ['orders', SEEN], ['__proto__', NO_PANES]);
    expect(await memory.read('a')).toBeUndefined();
    expect(await memory.write({ shard: 'a', remembered: first })).toBe('written');
    expect(await memory.write({ shard: 'b', remembered: remembered(1) })).toBe('written');
    expect(await memory.read('a')).toEqual(first);
    expect(await memory.read('b')).toEqual(remembered(1));
  });

  test('takes a write only in place of the revision before it', async () => {
    const memory = open();
    expect(await memory.write({ shard: 'a', remembered: remembered(2, ['orders', SEEN]) })).toBe('conflict');
    expect(await memory.write({ shard: 'a', remembered: remembered(1, ['orders', NO_PANES]) })).toBe('written');
    expect(await memory.write({ shard: 'a', remembered: remembered(1, ['orders', SEEN]) })).toBe('conflict');
    expect(await memory.write({ shard: 'a', remembered: remembered(3, ['orders', SEEN]) })).toBe('conflict');
    expect(await memory.read('a')).toEqual(remembered(1, ['orders', NO_PANES]));
    expect(await memory.write({ shard: 'a', remembered: remembered(2, ['orders', SEEN]) })).toBe('written');
    expect(await memory.read('a')).toEqual(remembered(2, ['orders', SEEN]));
  });

  test('of those who write at once lets one', async () => {
    const memory = open();
    const outcomes = await Promise.all(
      [1, 2, 3].map(async () => memory.write({ shard: 'a', remembered: remembered(1, ['orders', SEEN]) })),
    );
    expect(outcomes.toSorted()).toEqual(['conflict', 'conflict', 'written']);
  });
}
