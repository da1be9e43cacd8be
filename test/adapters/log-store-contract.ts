import { Buffer } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { ExpiredLogError } from '../../shared/log/expired-log-error.ts';
import type { LogName } from '../../shared/log/keys.ts';
import { ORIGIN, type Position } from '../../shared/log/position.ts';
import type { AppendOutcome, LogEntry, PositionedEntry } from '../../shared/log/log-entry.ts';
import type { LogStore } from '../../shared/ports/log-store.ts';

export const at = (position: number) => position as Position;

let logs = 0;

/** A log that no other test knows. */
export function freshLog(): LogName {
  return `pipeline#shard#${++logs}` as LogName;
}

export function entry(text: string, payload: Uint8Array = Buffer.from(`payload of ${text}`)): LogEntry {
  return { header: JSON.stringify({ text }), payload };
}

/** An entry without the classes of its bytes: a store may hand out a Buffer where a Uint8Array went in. */
function plain({ header, payload, position }: PositionedEntry) {
  return { position, header, payload: Buffer.from(payload).toString('base64') };
}

const placed = (position: number, { header, payload }: LogEntry) => plain({ position: at(position), header, payload });

/** Reads as the port says: on from the last entry, until nothing comes. */
export async function readAll(
  store: LogStore,
  log: LogName,
  after = ORIGIN,
  consistency: 'eventual' | 'strong' = 'strong',
): Promise<PositionedEntry[]> {
  const entries: PositionedEntry[] = [];
  for (;;) {
    const some = await store.read(log, entries.at(-1)?.position ?? after, consistency);
    if (some.length === 0) return entries;
    entries.push(...some);
  }
}

async function appendAll(store: LogStore, log: LogName, entries: readonly LogEntry[]): Promise<void> {
  for (const [index, each] of entries.entries()) expect(await store.append(log, at(index + 1), each)).toEqual({ kind: 'appended' });
}

/** What every log store must do, be it in memory or in DynamoDB. */
export function logStoreContract(open: () => LogStore): void {
  describe('a log', () => {
    test('that nobody wrote to has no last entry and nothing to read', async () => {
      const store = open();
      const log = freshLog();
      expect(await store.last(log)).toBeUndefined();
      expect(await store.read(log, ORIGIN)).toEqual([]);
      expect(await store.read(log, ORIGIN, 'strong')).toEqual([]);
    });

    test('gives back what was appended, in order, from any position on', async () => {
      const store = open();
      const log = freshLog();
      // More than nine: positions are numbers, not text.
      const entries = Array.from({ length: 12 }, (_, index) => entry(`entry ${index + 1}, ü\n"`, randomBytes(20 * index)));
      await appendAll(store, log, entries);
      const all = entries.map((each, index) => placed(index + 1, each));
      for (const after of [0, 1, 8, 9, 11, 12]) {
        expect((await readAll(store, log, at(after))).map(plain)).toEqual(all.slice(after));
        expect((await readAll(store, log, at(after), 'eventual')).map(plain)).toEqual(all.slice(after));
      }
      expect(plain((await store.last(log)) as PositionedEntry)).toEqual(all.at(-1));
    });

    test('is apart from every other log', async () => {
      const store = open();
      const [one, other] = [freshLog(), freshLog()];
      await appendAll(store, one, [entry('a')]);
      expect(await store.append(other, at(1), entry('b'))).toEqual({ kind: 'appended' });
      expect((await readAll(store, one)).map(plain)).toEqual([placed(1, entry('a'))]);
      expect((await readAll(store, other)).map(plain)).toEqual([placed(1, entry('b'))]);
    });

    test('takes an entry with an empty payload', async () => {
      const store = open();
      const log = freshLog();
      const empty = entry('published', new Uint8Array());
      await appendAll(store, log, [empty]);
      expect((await readAll(store, log)).map(plain)).toEqual([placed(1, empty)]);
      expect(await store.append(log, at(1), empty)).toEqual({ kind: 'alreadyAppended' });
    });

    test('may begin at any position: what stood before has expired', async () => {
      const store = open();
      const log = freshLog();
      expect(await store.append(log, at(7), entry('g'))).toEqual({ kind: 'appended' });
      expect(await store.append(log, at(8), entry('h'))).toEqual({ kind: 'appended' });
      expect((await store.append(log, at(7), entry('another'))).kind).toBe('conflict');
      expect((await store.last(log))?.position).toBe(8);
      expect((await readAll(store, log, at(6))).map(plain)).toEqual([placed(7, entry('g')), placed(8, entry('h'))]);
      // Whoever waits for what stood before would wait for ever.
      for (const consistency of ['eventual', 'strong'] as const) {
        await expect(store.read(log, ORIGIN, consistency)).rejects.toThrow(ExpiredLogError);
        await expect(store.read(log, at(5), consistency)).rejects.toThrow(`${log}: position 6 has expired before it was read`);
      }
    });
  });

  describe('an append at a taken position', () => {
    test('of the very same entry has been appended already', async () => {
      const store = open();
      const log = freshLog();
      await appendAll(store, log, [entry('a'), entry('b')]);
      for (const position of [1, 2]) {
        expect(await store.append(log, at(position), entry(position === 1 ? 'a' : 'b'))).toEqual({ kind: 'alreadyAppended' });
      }
      expect(await readAll(store, log)).toHaveLength(2);
    });

    test.each<[string, LogEntry]>([
      ['header', entry('other', Buffer.from('same'))],
      ['payload', entry('same', Buffer.from('other'))],
      ['length of payload', entry('same', Buffer.from('same and more'))],
    ])('with another %s is a conflict that shows what stands there, and changes nothing', async (_what, mine) => {
      const store = open();
      const log = freshLog();
      const theirs = entry('same', Buffer.from('same'));
      await appendAll(store, log, [theirs, entry('behind it')]);
      const outcome = await store.append(log, at(1), mine);
      expect(outcome.kind).toBe('conflict');
      if (outcome.kind === 'conflict') expect(plain(outcome.found)).toEqual(placed(1, theirs));
      expect((await readAll(store, log)).map(plain)).toEqual([placed(1, theirs), placed(2, entry('behind it'))]);
    });

    test('by many at once is won by exactly one, and all others are shown the winner', async () => {
      const store = open();
      const log = freshLog();
      const writers = Array.from({ length: 8 }, (_, index) => entry(`writer ${index}`));
      for (let position = 1; position <= 5; position++) {
        const outcomes = await Promise.all(writers.map((mine) => store.append(log, at(position), mine)));
        expect(outcomes.filter(({ kind }) => kind === 'appended')).toHaveLength(1);
        const winner = writers[outcomes.findIndex(({ kind }) => kind === 'appended')] as LogEntry;
        for (const outcome of outcomes) {
          if (outcome.kind === 'appended') continue;
          expect(outcome.kind).toBe('conflict');
          if (outcome.kind === 'conflict') expect(plain(outcome.found)).toEqual(placed(position, winner));
        }
        expect(plain((await store.last(log)) as PositionedEntry)).toEqual(placed(position, winner));
      }
    });

    test('by many who fill the log, each wherever there is room, puts every entry in once and in no gap', async () => {
      const store = open();
      const log = freshLog();
      const WRITERS = 6;
      const ENTRIES_EACH = 4;
      await Promise.all(
        Array.from({ length: WRITERS }, async (_, writer) => {
          for (let index = 0; index < ENTRIES_EACH; index++) {
            let outcome: AppendOutcome | undefined;
            while (outcome?.kind !== 'appended') {
              const position = ((await store.last(log))?.position ?? ORIGIN) + 1;
              outcome = await store.append(log, at(position), entry(`writer ${writer}, entry ${index}`));
            }
          }
        }),
      );
      const all = await readAll(store, log);
      expect(all.map(({ position }) => position)).toEqual(Array.from({ length: WRITERS * ENTRIES_EACH }, (_, index) => index + 1));
      expect(new Set(all.map(({ header }) => header)).size).toBe(WRITERS * ENTRIES_EACH);
    });

    test('by the same writer twice at once is one entry', async () => {
      const store = open();
      const log = freshLog();
      const outcomes = await Promise.all([store.append(log, at(1), entry('a')), store.append(log, at(1), entry('a'))]);
      expect(outcomes.map(({ kind }) => kind).sort()).toEqual(['alreadyAppended', 'appended']);
      expect(await readAll(store, log)).toHaveLength(1);
    });
  });

  describe('large entries', () => {
    test('of more than a megabyte together are read to the end', async () => {
      const store = open();
      const log = freshLog();
      const entries = Array.from({ length: 9 }, (_, index) => entry(`large ${index}`, randomBytes(300 * 1024)));
      await appendAll(store, log, entries);
      expect((await readAll(store, log)).map(plain)).toEqual(entries.map((each, index) => placed(index + 1, each)));
      expect((await readAll(store, log, at(7))).map(({ position }) => position)).toEqual([8, 9]);
    });

    test.each([
      ['that just fit into an item', 350 * 1024 - entry('large').header.length],
      ['that just do not', 350 * 1024 - entry('large').header.length + 1],
      ['of exactly two chunks', 2 * 380 * 1024],
      ['of a megabyte', 1024 * 1024],
    ])('%s come back, are recognised as one’s own, and conflict with another’s', async (_what, length) => {
      const store = open();
      const log = freshLog();
      const large = entry('large', randomBytes(length));
      await appendAll(store, log, [entry('small'), large, entry('small again')]);
      expect((await readAll(store, log)).map(plain)).toEqual([
        placed(1, entry('small')),
        placed(2, large),
        placed(3, entry('small again')),
      ]);
      expect(await store.append(log, at(2), large)).toEqual({ kind: 'alreadyAppended' });
      const outcome = await store.append(log, at(2), entry('large', randomBytes(length)));
      expect(outcome.kind).toBe('conflict');
      if (outcome.kind === 'conflict') expect(plain(outcome.found)).toEqual(placed(2, large));
    });

    test('are seen whole or not at all, however often somebody looks while they are written', async () => {
      const store = open();
      const log = freshLog();
      const entries = Array.from({ length: 4 }, (_, index) => entry(`large ${index}`, randomBytes(500 * 1024)));
      let written = false;
      const writing = appendAll(store, log, entries).finally(() => {
        written = true;
      });
      const whole = entries.map((each, index) => placed(index + 1, each));
      do {
        const last = await store.last(log);
        if (last !== undefined) expect(plain(last)).toEqual(whole[last.position - 1]);
        const seen = (await readAll(store, log, ORIGIN, 'eventual')).map(plain);
        expect(seen).toEqual(whole.slice(0, seen.length));
      } while (!written);
      await writing;
      expect((await readAll(store, log)).map(plain)).toEqual(whole);
    });

    test('with a long header beside a payload that would just fit alone come back', async () => {
      const store = open();
      const log = freshLog();
      // An epoch's header names every shard.
      const cut = Array.from({ length: 700 }, (_, index) => `shardId-${String(index).padStart(12, '0')}:${'4'.repeat(56)}:ü`);
      const large = { header: JSON.stringify({ cut }), payload: randomBytes(349 * 1024) };
      await appendAll(store, log, [large]);
      expect((await readAll(store, log)).map(plain)).toEqual([placed(1, large)]);
    });
  });
}
