import fc from 'fast-check';
import { boundedOutOfOrderness, count, pipeline, type PipelineOptions, sum, tumbling } from 'mullion';
import { describe, expect, test } from 'vitest';
import { busyShards } from '../../shared/adapters/memory/busy-shards.ts';
import { fixedShards } from '../../shared/adapters/memory/fixed-shards.ts';
import { MemoryLogStore } from '../../shared/adapters/memory/memory-log-store.ts';
import { MemoryPublisher } from '../../shared/adapters/memory/memory-publisher.ts';
import { Fire } from '../../shared/firing/fire.ts';
import { Ingest } from '../../shared/ingest/ingest.ts';
import { decodeCommit } from '../../shared/log/commit.ts';
import { addCounts, conservationDifference, NO_RECORDS } from '../../shared/log/counts.ts';
import { shardLog } from '../../shared/log/keys.ts';
import { ORIGIN, type Position } from '../../shared/log/position.ts';
import type { Refusal } from '../../shared/log/refusal.ts';
import type { LogStore } from '../../shared/ports/log-store.ts';
import { delivered, SHARD } from '../fixtures/delivered-record.ts';
import { Interrupted, InterruptedStore, once } from '../fixtures/interrupted-store.ts';

interface Payment {
  readonly at: number;
  readonly id: string | number | undefined;
  readonly amount: number;
}

const WITHIN_MS = 60_000;

const payments = pipeline<Payment>('payments', {
  timestamp: ({ at }) => at,
  watermark: boundedOutOfOrderness('1d'),
  filter: ({ amount }) => amount >= 0,
  dedupe: { by: ({ id }) => id as string, within: WITHIN_MS },
  windows: { all: { keyBy: () => 'k', window: tumbling('1d'), aggregate: { n: count(), total: sum(({ amount }) => amount) } } },
});

/** One shard's log, and functions as many as a test starts. */
class Deployment {
  readonly store = new MemoryLogStore();
  readonly side = new MemoryPublisher();
  #records = 0;

  ingest(store: LogStore = this.store) {
    return new Ingest(payments, { logStore: store, sideStream: this.side, clock: { nowMs: () => 0 } });
  }

  /** Payments with these ids, arriving at a time, as the next records of the shard. */
  arrive(ids: readonly Payment['id'][], arrivedAtMs = 0, amount = 1) {
    return ids.map((id) => delivered(++this.#records, JSON.stringify({ at: 0, id, amount }), arrivedAtMs));
  }

  async commits() {
    return (await this.store.read(shardLog(payments.name, SHARD), ORIGIN)).map((entry) => decodeCommit(payments as never, entry));
  }

  async totals() {
    const commits = await this.commits();
    const counts = commits.map((commit) => commit.counts).reduce(addCounts, NO_RECORDS);
    expect(conservationDifference(counts)).toBe(0);
    const events = commits.flatMap(({ deltas }) => deltas).reduce((total, { table }) => total + table.events.at(0), 0);
    expect(events).toBe(counts.folded);
    return { folded: counts.folded, duplicate: counts.duplicate };
  }
}

describe('an event that was sent before is dropped and counted', () => {
  test('in the same batch', async () => {
    const deployment = new Deployment();
    const report = await deployment.ingest().ingest(SHARD, deployment.arrive(['a', 'b', 'a', 7, '7']));
    expect(report.counts).toEqual({ read: 5, folded: 3, filtered: 0, late: 0, invalid: 0, duplicate: 2 });
    expect(await deployment.totals()).toEqual({ folded: 3, duplicate: 2 });
  });

  test('in a later batch', async () => {
    const deployment = new Deployment();
    const ingest = deployment.ingest();
    for (const ids of [
      ['a', 'b'],
      ['b', 'c'],
      ['a', 'c', 'd'],
    ])
      await ingest.ingest(SHARD, deployment.arrive(ids));
    expect(await deployment.totals()).toEqual({ folded: 4, duplicate: 3 });
  });

  test('by a function that has just started', async () => {
    const deployment = new Deployment();
    for (const ids of [
      ['a', 'b'],
      ['b', 'c'],
      ['a', 'c', 'd'],
    ])
      await deployment.ingest().ingest(SHARD, deployment.arrive(ids));
    expect(await deployment.totals()).toEqual({ folded: 4, duplicate: 3 });
  });

  test('by a function that lost the race against a twin', async () => {
    const deployment = new Deployment();
    const [slow, quick] = [deployment.ingest(), deployment.ingest()];
    await slow.ingest(SHARD, deployment.arrive(['a']));
    await quick.ingest(SHARD, deployment.arrive(['b']));
    await slow.ingest(SHARD, deployment.arrive(['b', 'c', 'a']));
    expect(await deployment.totals()).toEqual({ folded: 3, duplicate: 2 });
  });

  test('by a function that looked for the end of the log just before it was committed, and for the newest epoch just after that was fired', async () => {
    const deployment = new Deployment();
    const { store } = deployment;
    await deployment.ingest().ingest(SHARD, deployment.arrive(['a']));
    const ports = { logStore: store, outputStream: new MemoryPublisher(), sideStream: deployment.side, clock: { nowMs: () => 0 } };
    await new Fire(payments, { ...ports, shards: fixedShards(SHARD), shardProbe: busyShards }).drain();
    let isEarly = true;
    const overtaken: LogStore = {
      append: (...entry) => store.append(...entry),
      read: (log, after) => store.read(log, after),
      last: async (log) => {
        if (log !== shardLog(payments.name, SHARD) || !isEarly) return store.last(log);
        isEarly = false;
        return undefined;
      },
    };
    await deployment.ingest(overtaken).ingest(SHARD, deployment.arrive(['a']));
    expect(isEarly).toBe(false);
    expect(await deployment.totals()).toEqual({ folded: 1, duplicate: 1 });
  });

  test('and is not taken for its own repeat when its batch is delivered again', async () => {
    const deployment = new Deployment();
    const batch = deployment.arrive(['a', 'b']);
    const interrupted = new InterruptedStore(deployment.store, once('append payments#shard#', 'after'));
    await expect(deployment.ingest(interrupted).ingest(SHARD, batch)).rejects.toThrow(Interrupted);
    expect(await deployment.ingest().ingest(SHARD, batch)).toMatchObject({ alreadyCommitted: 2 });
    expect(await deployment.totals()).toEqual({ folded: 2, duplicate: 0 });
  });

  test('while its id is young enough: as long after its arrival as was asked for', async () => {
    const deployment = new Deployment();
    const ingest = deployment.ingest();
    await ingest.ingest(SHARD, deployment.arrive(['a'], 1_000));
    await ingest.ingest(SHARD, deployment.arrive(['a'], 1_000 + WITHIN_MS));
    expect(await deployment.totals()).toEqual({ folded: 1, duplicate: 1 });
    await ingest.ingest(SHARD, deployment.arrive(['a'], 1_001 + WITHIN_MS));
    expect(await deployment.totals()).toEqual({ folded: 2, duplicate: 1 });
  });

  test('but not when the first was refused or filtered: what is sent again corrected is taken', async () => {
    const deployment = new Deployment();
    const ingest = deployment.ingest();
    const [refused] = deployment.arrive([]).concat(delivered(1_000, '{"at":"soon","id":"a","amount":1}', 0));
    await ingest.ingest(SHARD, [refused as never]);
    expect(deployment.side.documents<Refusal>()).toMatchObject([{ reason: { code: 'timestamp' } }]);
    await ingest.ingest(SHARD, [delivered(1_001, '{"at":0,"id":"a","amount":1}', 0)]);
    expect(await deployment.totals()).toEqual({ folded: 1, duplicate: 0 });
  });
});

test('an event without an id is refused', async () => {
  const deployment = new Deployment();
  await deployment.ingest().ingest(SHARD, deployment.arrive(['a', undefined, '']));
  expect(deployment.side.documents<Refusal>()).toMatchObject([
    { reason: { code: 'id', message: 'dedupe.by gave undefined; needed: text, or a number' } },
    { reason: { code: 'id', message: "dedupe.by gave ''; needed: text, or a number" } },
  ]);
});

test('an id costs eight bytes', async () => {
  const deployment = new Deployment();
  const ids = Array.from({ length: 10_000 }, (_, index) => `order-${index}`);
  await deployment.ingest().ingest(SHARD, deployment.arrive(ids));
  const log = shardLog(payments.name, SHARD);
  const [entry] = await deployment.store.read(log, ORIGIN);
  expect(entry?.payload.length).toBeLessThan(8.1 * ids.length);
});

test('ids that are too old are read by nobody, and kept by nobody', async () => {
  const deployment = new Deployment();
  const ingest = deployment.ingest();
  for (let minute = 0; minute < 10; minute++) await ingest.ingest(SHARD, deployment.arrive([`a${minute}`, 'same'], minute * 60_000));
  const commits = await deployment.commits();
  expect(commits.map(({ ids }) => ids?.from)).toEqual([1, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test('ids that have expired one by one, before those of a later commit, keep nobody from going on', async () => {
  const deployment = new Deployment();
  for (const [index, id] of ['a', 'b', 'c'].entries()) await deployment.ingest().ingest(SHARD, deployment.arrive([id], 1_000 * index));
  deployment.store.trim(shardLog(payments.name, SHARD), 2 as Position);
  await deployment.ingest().ingest(SHARD, deployment.arrive(['c', 'd'], 3_000));
  const [, next] = await deployment.store.read(shardLog(payments.name, SHARD), 2 as Position);
  expect(decodeCommit(payments as never, next as never).counts).toMatchObject({ read: 2, folded: 1, duplicate: 1 });
});

test('whatever is repeated, cut anew and delivered to whomever: every id is in once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({ ids: fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 6 }), fn: fc.nat(2), again: fc.boolean() }),
        { maxLength: 12 },
      ),
      async (batches) => {
        const deployment = new Deployment();
        const functions = [deployment.ingest(), deployment.ingest(), deployment.ingest()];
        for (const { ids, fn, again } of batches) {
          const batch = deployment.arrive(ids);
          await functions[fn]?.ingest(SHARD, batch);
          if (again) await functions[(fn + 1) % 3]?.ingest(SHARD, batch.slice(1));
          if (again) functions[fn] = deployment.ingest();
        }
        const all = batches.flatMap(({ ids }) => ids);
        if (all.length > 0)
          expect(await deployment.totals()).toEqual({ folded: new Set(all).size, duplicate: all.length - new Set(all).size });
      },
    ),
  );
});

describe('a definition that cannot work is refused', () => {
  const define = (dedupe: unknown) => () => pipeline<Payment>('payments', { ...payments.options, dedupe } as PipelineOptions<Payment>);
  test.each<[what: string, dedupe: unknown, message: string]>([
    ['no id', { within: '1m' }, 'dedupe.by: it is missing; needed: a function of the event'],
    ['no horizon', { by: () => 1 }, "dedupe.within: it is missing; needed: a duration such as '5m'"],
    ['a horizon of more than a day', { by: () => 1, within: '25h' }, "dedupe.within: '25h' is not allowed here; allowed: at most '1d'"],
    [
      'a misspelled option',
      { by: () => 1, witin: '1m' },
      "dedupe.witin: there is no option 'witin'; did you mean 'within'? allowed: by, within",
    ],
  ])('%s', (_what, dedupe, message) => {
    expect(define(dedupe)).toThrow(message);
  });
});
