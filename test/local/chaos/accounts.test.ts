import type { Pane } from 'mullion';
import { expect, test } from 'vitest';
import flights, { type Flight } from '../../../examples/flights.ts';
import { flightsByArrival } from '../../../local/flights-by-arrival.ts';
import { busyShards } from '../../../shared/adapters/memory/busy-shards.ts';
import { fixedShards } from '../../../shared/adapters/memory/fixed-shards.ts';
import { MemoryLogStore } from '../../../shared/adapters/memory/memory-log-store.ts';
import { MemoryPublisher } from '../../../shared/adapters/memory/memory-publisher.ts';
import { Fire } from '../../../shared/firing/fire.ts';
import { Ingest } from '../../../shared/ingest/ingest.ts';
import { epochLog } from '../../../shared/log/keys.ts';
import type { LateRefusal, Refusal } from '../../../shared/log/refusal.ts';
import type { LogStore } from '../../../shared/ports/log-store.ts';
import type { Departures } from '../../examples/plain-flights.ts';
import { delivered, SHARD } from '../../fixtures/delivered-record.ts';
import { accountsOf, type Books } from './accounts.ts';
import type { Placed } from './stream-documents.ts';

const ON_TIME = 300;

/** A run without a fault: flights in their order, then one that ingest refuses, and one that only fire can. */
async function faultlessRun(): Promise<Books> {
  const store = new MemoryLogStore();
  const [output, side] = [new MemoryPublisher(), new MemoryPublisher()];
  const ports = { logStore: store, outputStream: output, sideStream: side, clock: { nowMs: () => 0 } };
  const sees = { shards: fixedShards(SHARD), shardProbe: busyShards };
  /** Has not heard of any epoch: what it writes may be late by what fire knows. */
  const behind: LogStore = {
    append: (log, position, entry) => store.append(log, position, entry),
    read: (log, after) => store.read(log, after),
    last: async (log) => (log === epochLog(flights.name) ? undefined : store.last(log)),
  };
  const all = flightsByArrival();
  const [first] = all as [Flight];
  const sent = [...all.slice(0, ON_TIME), ...all.slice(-ON_TIME), first, { ...first, origin: 'ATL' }];
  const records = sent.map((flight, index) => delivered(index, JSON.stringify(flight)));
  const fire = new Fire(flights, { ...ports, ...sees });

  await new Ingest(flights, ports).ingest(SHARD, records.slice(0, -2));
  await fire.fire();
  await new Ingest(flights, ports).ingest(SHARD, records.slice(-2, -1));
  await new Ingest(flights, { ...ports, logStore: behind }).ingest(SHARD, records.slice(-1));
  const report = await fire.drain();
  return {
    sent: sent.map((document, index) => ({ place: `${SHARD}:${records[index]?.sequenceNumber}`, document })),
    published: placed(output.documents<Pane<Departures>>()),
    refused: placed(side.documents<Refusal>()),
    report,
  };
}

function placed<T>(documents: readonly T[]): Placed<T>[] {
  return documents.map((document, index) => ({ place: `${SHARD}:${index}`, document }));
}

function changed<T>(all: readonly Placed<T>[], index: number, change: (document: T) => T): Placed<T>[] {
  const { place, document } = all[index] as Placed<T>;
  return all.with(index, { place, document: change(document) });
}

const books = await faultlessRun();

test('a run without a fault has nothing to complain of; a repeat is counted, and is none', () => {
  const { published, refused } = books;
  const accounts = accountsOf(books);
  expect(accounts).toEqual({ sent: 2 * ON_TIME + 2, panes: published.length, repeats: 0, late: 1, complaints: [] });
  expect(refused.map(({ document }) => document.kind)).toEqual(['late', 'lateDelta']);
  const again = { ...books, published: [...published, ...published], refused: [...refused, ...refused] };
  expect(accountsOf(again)).toEqual({ ...accounts, repeats: published.length + refused.length });
});

test.each<[string, (books: Books) => Partial<Books>, RegExp]>([
  [
    'a record lost on its way',
    ({ sent }) => ({ sent: [...sent, { ...(sent[0] as (typeof sent)[0]), place: 'b:1' }] }),
    /603 records are on the stream, 602 were read/,
  ],
  [
    'a record folded twice',
    ({ published, report: { counts, panesFired } }) => ({
      published: changed(published, 0, (pane) => ({ ...pane, value: { ...pane.value, flights: pane.value.flights + 1 } })),
      report: { counts: { ...counts, read: counts.read + 1, folded: counts.folded + 1 }, panesFired },
    }),
    /602 records are on the stream, 603 were read/,
  ],
  [
    'a value changed',
    ({ published }) => ({
      published: changed(published, 0, (pane) => ({ ...pane, value: { ...pane.value, worst: pane.value.worst - 1 } })),
    }),
    /^\w{3} 2001\/01\/\d\d is \{.*\}, not \{.*\}$/,
  ],
  ['a pane lost', ({ published }) => ({ published: published.slice(1) }), /^(\d+) panes were fired, \d+ are on the stream$/],
  [
    'a pane doubled under another id',
    ({ published }) => ({ published: [...published, ...changed(published, 0, (pane) => ({ ...pane, id: `${pane.id}x` }))] }),
    /panes were fired, \d+ are on the stream/,
  ],
  [
    'a pane repeated with another content',
    ({ published }) => ({ published: [...published, ...changed(published, 0, (pane) => ({ ...pane, end: pane.start }))] }),
    /came with two contents/,
  ],
  [
    'a pane of nothing',
    ({ published }) => ({ published: changed(published, 0, (pane) => ({ ...pane, key: 'XXX' })) }),
    /there are panes that nothing was sent for: XXX/,
  ],
  ['a refused record that nobody is told of', ({ refused }) => ({ refused: refused.slice(1) }), /of 602, 601 were folded and 1 late/],
  [
    'a refusal told with another count',
    ({ refused }) => ({ refused: changed(refused, 1, (refusal) => ({ ...(refusal as LateRefusal), count: 2 })) }),
    /^ATL 2001\/01\/\d\d has \d+ of \d+, 2 late$/,
  ],
])('%s is reported', (_what, plant, complaint) => {
  expect(accountsOf({ ...books, ...plant(books) }).complaints).toContainEqual(expect.stringMatching(complaint));
});
