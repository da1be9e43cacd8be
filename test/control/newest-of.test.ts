import { beforeEach, describe, expect, test } from 'vitest';
import { MemoryLogStore } from '../../shared/adapters/memory/memory-log-store.ts';
import type { LogName } from '../../shared/log/keys.ts';
import { NewestOf } from '../../shared/control/newest-of.ts';
import { nextPosition, ORIGIN, type Position } from '../../shared/log/position.ts';

const LOG = 'orders#snapshots' as LogName;

describe('the newest entry of a log', () => {
  let store: MemoryLogStore;
  let newest: NewestOf<string>;
  /** Headers of entries, as often as they were read. */
  let read: string[];

  beforeEach(() => {
    store = new MemoryLogStore();
    read = [];
    const noted = <T extends { readonly header: string }>(entries: readonly T[]) => {
      read.push(...entries.map(({ header }) => header));
      return entries;
    };
    newest = new NewestOf(
      {
        read: async (log, after) => noted(await store.read(log, after)),
        last: async (log) => noted([await store.last(log)].filter((entry) => entry !== undefined))[0],
      },
      LOG,
      ({ header }) => header,
    );
  });

  async function append(header: string): Promise<void> {
    const last = (await store.last(LOG))?.position ?? ORIGIN;
    await store.append(LOG, nextPosition(last), { header, payload: new Uint8Array() });
  }

  test('is told again and again, and read once', async () => {
    expect(await newest.look()).toBeUndefined();
    await append('a');
    expect([await newest.look(), await newest.look()]).toEqual(['a', 'a']);
    await append('b');
    await append('c');
    expect([await newest.look(), await newest.look()]).toEqual(['c', 'c']);
    expect(read).toEqual(['a', 'b', 'c']);
  });

  test('is found when what follows the one that is known has expired', async () => {
    await append('a');
    await newest.look();
    for (const header of ['b', 'c', 'd']) await append(header);
    store.trim(LOG, 3 as Position);
    expect(await newest.look()).toBe('d');
  });

  test('is not told where it is known already', async () => {
    await append('a');
    const behind = new NewestOf(store, LOG, ({ header }) => header, 1 as Position);
    expect(await behind.look()).toBeUndefined();
    await append('b');
    expect(await behind.look()).toBe('b');
  });
});
