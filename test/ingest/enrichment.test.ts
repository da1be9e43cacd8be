import fc from 'fast-check';
import { boundedOutOfOrderness, count, type LookupJoinOptions, lookupJoin, pipeline, sum, tumbling } from 'mullion';
import { TestDriver } from 'mullion/testing';
import { describe, expect, test } from 'vitest';
import { TimeoutError, type Timer } from '../../shared/ports/timer.ts';
import { Ingest, type IngestPorts } from '../../shared/ingest/ingest.ts';
import type { InputRecord } from '../../shared/ingest/input-record.ts';
import { decodeCommit } from '../../shared/log/commit.ts';
import { conservationDifference } from '../../shared/log/counts.ts';
import { shardLog } from '../../shared/log/keys.ts';
import { ORIGIN } from '../../shared/log/position.ts';
import { delivered, SHARD } from '../fixtures/delivered-record.ts';
import { Interrupted, InterruptedStore, once } from '../fixtures/interrupted-store.ts';
import { MemoryDeployment } from '../fixtures/memory-deployment.ts';

interface Sale {
  readonly at: number;
  readonly store?: string;
  readonly amount: number;
  readonly id?: string;
  readonly city?: string;
}

const CITIES = new Map([
  ['1', 'Bern'],
  ['2', 'Basel'],
]);

/** A directory of stores that counts what it is asked. */
class Directory {
  readonly asked: (readonly string[])[] = [];
  cities: ReadonlyMap<string, string> = CITIES;
  failures = 0;

  readonly lookup = async (keys: readonly string[]): Promise<ReadonlyMap<string, string>> => {
    this.asked.push(keys);
    await Promise.resolve();
    if (this.failures > 0) {
      this.failures--;
      throw new RangeError(`secret ${keys[0]}`);
    }
    return new Map([...this.cities].filter(([key]) => keys.includes(key)));
  };
}

const AT_ONCE: Timer = { within: async (_ms, work) => work(undefined as never) };

function sales(lookup: LookupJoinOptions<Sale, string>['lookup'], options: Partial<LookupJoinOptions<Sale, string>> = {}) {
  return pipeline<Sale>()('sales', {
    timestamp: ({ at }) => at,
    watermark: boundedOutOfOrderness('1h'),
    filter: ({ amount }) => amount >= 0,
    dedupe: { by: ({ id, at }) => id ?? `at ${at}`, within: '1h' },
    enrich: lookupJoin<Sale, string>({
      by: ({ store }) => store,
      lookup,
      with: (sale, city) => ({ ...sale, city: city ?? 'nowhere' }),
      ...options,
    }),
    map: (sale) => {
      if (sale.city === undefined) throw new Error('not enriched');
      return sale;
    },
    windows: {
      perCity: { keyBy: ({ city }) => city ?? '', window: tumbling('1m'), aggregate: { n: count(), total: sum(({ amount }) => amount) } },
    },
  });
}

const json = (events: readonly Sale[], from = 1) => events.map((event, index) => delivered(from + index, JSON.stringify(event)));
const ports = (deployment: MemoryDeployment, timer = AT_ONCE): IngestPorts => ({ ...deployment.ports, timer });

async function totals({ store }: MemoryDeployment): Promise<Record<string, number>> {
  const definition = sales(async () => new Map());
  const found: Record<string, number> = {};
  for (const entry of await store.read(shardLog('sales', SHARD), ORIGIN)) {
    for (const { start, table } of decodeCommit(definition, entry).deltas) {
      for (const [row, key] of table.keys.entries()) {
        const name = `${start} ${key}`;
        found[name] = (found[name] ?? 0) + (table.results(row, { start, end: start })[1] as number);
      }
    }
  }
  return found;
}

describe('an event', () => {
  test('goes into windows with what was looked up for it; one key is asked for once, and many in one lookup', async () => {
    const directory = new Directory();
    const driver = new TestDriver(sales(directory.lookup));
    await driver.send([
      { at: 1, store: '1', amount: 2 },
      { at: 2, store: '2', amount: 3 },
      { at: 3, store: '1', amount: 4 },
      { at: 4, store: '9', amount: 5 },
      { at: 5, amount: 6 },
    ]);
    expect((await driver.drain()).map(({ key, value }) => [key, value.total])).toEqual([
      ['Basel', 3],
      ['Bern', 6],
      ['nowhere', 11],
    ]);
    expect(directory.asked).toEqual([['1', '2', '9']]);
  });

  test('that is left out, refused or a repeat costs no lookup', async () => {
    const directory = new Directory();
    const deployment = new MemoryDeployment();
    const ingest = new Ingest(sales(directory.lookup, { cache: { ttl: 0, ttlMissing: 0 } }), ports(deployment));
    await ingest.ingest(SHARD, json([{ at: 1, store: '1', amount: 1, id: 'a' }]));
    const { counts } = await ingest.ingest(
      SHARD,
      json(
        [
          { at: 2, store: '2', amount: -1 },
          { at: 1.5, store: '3', amount: 1 },
          { at: 4, store: '4', amount: 1, id: 'a' },
        ],
        2,
      ),
    );
    expect(counts).toMatchObject({ read: 3, filtered: 1, invalid: 1, duplicate: 1 });
    expect(directory.asked).toEqual([['1']]);
  });

  test.each<[what: string, options: Partial<LookupJoinOptions<Sale, string>>, message: string]>([
    [
      'by that throws',
      {
        by: () => {
          throw new Error('no');
        },
      },
      'enrich.by threw Error: no',
    ],
    ['a key that is an object', { by: () => ({}) as never }, 'enrich.by gave an object; needed: text, a number, or undefined'],
    [
      'with that throws',
      {
        with: () => {
          throw new Error('no');
        },
      },
      'enrich.with threw Error: no',
    ],
  ])('is refused for %s', async (_what, options, message) => {
    const driver = new TestDriver(sales(new Directory().lookup, options));
    await driver.send([{ at: 1, store: '1', amount: 1 }]);
    expect(driver.sideOutput()).toMatchObject([{ reason: { code: 'enrich', message } }]);
  });
});

describe('what was looked up', () => {
  const sale = (store: string): Sale => ({ at: 1, store, amount: 1 });

  test('is remembered for its time, by the clock that ingest is given, and so is that there was nothing', async () => {
    const directory = new Directory();
    const driver = new TestDriver(sales(directory.lookup, { cache: { ttl: '10s', ttlMissing: '2s' } }));
    let sent = 0;
    const askedAfter = async (ms: number) => {
      await driver.advanceClock(ms);
      directory.asked.length = 0;
      await driver.send(['1', '9'].map((store) => ({ ...sale(store), at: 0, id: `${sent++}` })));
      return directory.asked;
    };
    expect(await askedAfter(0)).toEqual([['1', '9']]);
    expect(await askedAfter(2_000)).toEqual([]);
    expect(await askedAfter(1)).toEqual([['9']]);
    expect(await askedAfter(7_999)).toEqual([['9']]);
    expect(await askedAfter(1)).toEqual([['1']]);
  });

  test.each([
    ['what was found', { ttl: 0 }, ['1']],
    ['that nothing was', { ttlMissing: 0 }, ['9']],
  ])('is not remembered at all where it is to count for no time: %s', async (_what, cache, again) => {
    const directory = new Directory();
    const driver = new TestDriver(sales(directory.lookup, { cache }));
    for (const at of [1, 2]) await driver.send([sale('1'), sale('9')].map((each) => ({ ...each, at, id: `${at} ${each.store}` })));
    expect(directory.asked).toEqual([['1', '9'], again]);
  });

  test('is forgotten where there is too much of it, what was asked for longest ago first', async () => {
    const directory = new Directory();
    const driver = new TestDriver(sales(directory.lookup, { cache: { keysMax: 2 } }));
    for (const [index, store] of ['1', '2', '1', '3', '1', '2'].entries()) await driver.send([{ ...sale(store), id: `${index}` }]);
    expect(directory.asked).toEqual([['1'], ['2'], ['3'], ['2']]);
  });

  test('is asked for in lookups of a size, no more at a time than is said', async () => {
    let [now, most] = [0, 0];
    const sizes: number[] = [];
    const lookup = async (keys: readonly string[]) => {
      sizes.push(keys.length);
      most = Math.max(most, ++now);
      await new Promise((resolve) => setImmediate(resolve));
      now--;
      return new Map<string, string>();
    };
    const driver = new TestDriver(sales(lookup, { keysPerLookup: 3, lookupsAtOnce: 2 }));
    await driver.send(Array.from({ length: 10 }, (_, index) => ({ ...sale(`${index}`), at: index })));
    expect([sizes, most]).toEqual([[3, 3, 3, 1], 2]);
  });
});

describe('a lookup that fails', () => {
  const sale: Sale = { at: 1, store: '1', amount: 1 };

  test('fails the batch, which comes again: nothing is committed meanwhile, and no log is told a key', async () => {
    const directory = new Directory();
    directory.failures = 1;
    const deployment = new MemoryDeployment();
    const ingest = new Ingest(sales(directory.lookup), ports(deployment));
    const failure = await ingest.ingest(SHARD, json([sale])).catch((error: unknown) => error as Error);
    expect(String((failure as Error).stack)).toMatch(/^LookupFault: pipeline 'sales': enrich\.lookup failed with RangeError\n/);
    expect(String((failure as Error).stack)).not.toContain('secret');
    expect(await totals(deployment)).toEqual({});
    await ingest.ingest(SHARD, json([sale]));
    expect(await totals(deployment)).toEqual({ '0 Bern': 1 });
  });

  test('is asked only for the rest when the batch comes again', async () => {
    const directory = new Directory();
    const failing = async (keys: readonly string[]) => {
      if (keys.includes('2') && directory.asked.length < 2) directory.failures = 1;
      return directory.lookup(keys);
    };
    const ingest = new Ingest(sales(failing, { keysPerLookup: 1, lookupsAtOnce: 1 }), ports(new MemoryDeployment()));
    const records = json([sale, { ...sale, at: 2, store: '2' }]);
    await expect(ingest.ingest(SHARD, records)).rejects.toThrow('enrich.lookup failed');
    await ingest.ingest(SHARD, records);
    expect(directory.asked).toEqual([['1'], ['2'], ['2']]);
  });

  test('leaves its events without, where that is what was asked for, and is asked again for the next', async () => {
    const directory = new Directory();
    directory.failures = 1;
    const deployment = new MemoryDeployment();
    const ingest = new Ingest(sales(directory.lookup, { onFailure: 'without' }), ports(deployment));
    expect((await ingest.ingest(SHARD, json([sale]))).lookups).toMatchObject({ asked: 1, cached: 0, failed: 1 });
    expect((await ingest.ingest(SHARD, json([{ ...sale, at: 2 }], 2))).lookups).toMatchObject({ asked: 1, cached: 0, failed: 0 });
    expect((await ingest.ingest(SHARD, json([{ ...sale, at: 3 }], 3))).lookups).toMatchObject({ asked: 0, cached: 1, failed: 0 });
    expect(await totals(deployment)).toEqual({ '0 nowhere': 1, '0 Bern': 2 });
  });

  test('because it takes too long, is left there: with or without, nobody waits longer than is said', async () => {
    const waits: number[] = [];
    const impatient: Timer = {
      within: async (ms, work) => {
        waits.push(ms);
        void work(undefined as never);
        await Promise.resolve();
        throw new TimeoutError(ms);
      },
    };
    const never = async () => new Promise<never>(() => {});
    const retrying = new Ingest(sales(never, { timeout: '2s' }), ports(new MemoryDeployment(), impatient));
    await expect(retrying.ingest(SHARD, json([sale]))).rejects.toThrow('enrich.lookup failed with TimeoutError');
    const going = new Ingest(sales(never, { timeout: '3s', onFailure: 'without' }), ports(new MemoryDeployment(), impatient));
    expect((await going.ingest(SHARD, json([sale]))).counts.folded).toBe(1);
    expect(waits).toEqual([2_000, 3_000]);
  });

  test('by giving no map is one that fails', async () => {
    const ingest = new Ingest(
      sales(async () => undefined as never),
      ports(new MemoryDeployment()),
    );
    await expect(ingest.ingest(SHARD, json([sale]))).rejects.toThrow('enrich.lookup failed with TypeError');
  });
});

describe('enriched in ingest', () => {
  test('twins that look up different values fold once: whoever appends first', async () => {
    const [one, other] = [new Directory(), new Directory()];
    other.cities = new Map([['1', 'Chur']]);
    const deployment = new MemoryDeployment();
    const twins = [one, other].map(({ lookup }) => new Ingest(sales(lookup), ports(deployment)));
    const records = json([{ at: 1, store: '1', amount: 7 }]);
    const reports = await Promise.all(twins.map((twin) => twin.ingest(SHARD, records)));
    expect(reports.map(({ counts }) => counts.folded).sort((a, b) => a - b)).toEqual([0, 1]);
    expect([{ '0 Bern': 7 }, { '0 Chur': 7 }]).toContainEqual(await totals(deployment));
  });

  test('is what it is enriched before, however the records are cut, repeated, interrupted and begun anew', async () => {
    const sale = fc.record({ at: fc.nat(200_000), store: fc.constantFrom('1', '2', '9'), amount: fc.integer({ min: -2, max: 9 }) });
    const step = fc.record({
      from: fc.double({ min: 0, max: 1, noNaN: true }),
      to: fc.double({ min: 0, max: 1, noNaN: true }),
      fate: fc.constantFrom('well', 'new function', 'lookup fails', 'killed before', 'killed behind', 'twins'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(sale, { minLength: 1, maxLength: 12 }), fc.array(step, { maxLength: 8 }), async (events, steps) => {
        const records = json(events.map((event, index) => ({ ...event, id: `${index}` })));
        const directory = new Directory();
        const definition = sales(directory.lookup, { keysPerLookup: 1 });
        const deployment = new MemoryDeployment();
        let ingest = new Ingest(definition, ports(deployment));
        let committed = 0;
        for (const { from, to, fate } of steps) {
          // A mapping begins at what is not answered yet, or before it, never behind.
          const start = Math.floor(from * (committed + 1));
          const batch: readonly InputRecord[] = records.slice(start, Math.max(committed, Math.ceil(to * records.length)));
          if (batch.length === 0) continue;
          if (fate === 'new function') ingest = new Ingest(definition, ports(deployment));
          if (fate === 'lookup fails') directory.failures = 1;
          const when = fate === 'killed before' ? 'before' : 'after';
          const logStore = new InterruptedStore(deployment.store, once('append sales#shard#', when));
          const writer = fate.startsWith('killed') ? new Ingest(definition, { ...ports(deployment), logStore }) : ingest;
          const tries = fate === 'twins' ? [writer, new Ingest(definition, ports(deployment))] : [writer];
          const outcomes = await Promise.allSettled(tries.map((each) => each.ingest(SHARD, batch)));
          for (const outcome of outcomes) {
            if (outcome.status === 'fulfilled') committed = Math.max(committed, start + batch.length);
            else expect(outcome.reason instanceof Interrupted || String(outcome.reason).startsWith('LookupFault')).toBe(true);
          }
          directory.failures = 0;
        }
        await ingest.ingest(SHARD, records);
        const expected: Record<string, number> = {};
        for (const { at, store, amount } of events) {
          if (amount < 0) continue;
          const name = `${Math.floor(at / 60_000) * 60_000} ${CITIES.get(store) ?? 'nowhere'}`;
          expected[name] = (expected[name] ?? 0) + amount;
        }
        expect(await totals(deployment)).toEqual(expected);
        const entries = await deployment.store.read(shardLog('sales', SHARD), ORIGIN);
        const counts = entries.map((entry) => decodeCommit(definition as never, entry).counts);
        expect(counts.reduce((read, each) => read + each.read, 0)).toBe(events.length);
        for (const each of counts) expect(conservationDifference(each)).toBe(0);
      }),
      { numRuns: 100 },
    );
  });
});
