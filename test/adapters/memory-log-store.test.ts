import { describe, expect, test } from 'vitest';
import { MemoryLogStore } from '../../shared/adapters/memory/memory-log-store.ts';
import { ORIGIN } from '../../shared/log/position.ts';
import { at, entry, freshLog, logStoreContract } from './log-store-contract.ts';

describe('the log store in memory', () => {
  logStoreContract(() => new MemoryLogStore());

  test('refuses an append that would leave a hole: its caller has not read the end', async () => {
    const store = new MemoryLogStore();
    const log = freshLog();
    await store.append(log, at(1), entry('a'));
    await expect(store.append(log, at(3), entry('c'))).rejects.toThrow(RangeError);
    expect(await store.read(log, ORIGIN)).toHaveLength(1);
  });

  test('forgets what is trimmed, but neither the newest entry nor any position', async () => {
    const store = new MemoryLogStore();
    const log = freshLog();
    for (let position = 1; position <= 5; position++) await store.append(log, at(position), entry(`${position}`));
    store.trim(log, at(2));
    await expect(store.read(log, ORIGIN)).rejects.toThrow('position 1 has expired');
    expect((await store.read(log, at(2))).map(({ position }) => position)).toEqual([3, 4, 5]);
    store.trim(log, at(1));
    store.trim(log, at(100));
    expect((await store.last(log))?.position).toBe(5);
    expect(await store.append(log, at(5), entry('5'))).toEqual({ kind: 'alreadyAppended' });
    expect(await store.append(log, at(6), entry('6'))).toEqual({ kind: 'appended' });
    await expect(store.append(log, at(2), entry('2'))).rejects.toThrow(RangeError);
    expect((await store.read(log, at(4))).map(({ position }) => position)).toEqual([5, 6]);
  });
});
