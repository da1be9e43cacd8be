import fc from 'fast-check';
import { boundedOutOfOrderness, count, pipeline, tumbling } from 'mullion';
import { describe, expect, test } from 'vitest';
import { MemoryLogStore } from '../../shared/adapters/memory/memory-log-store.ts';
import { MemoryPublisher } from '../../shared/adapters/memory/memory-publisher.ts';
import { currentRules, RulesChangedError, setRules } from '../../shared/control/set-rules.ts';
import { InvalidArgument } from '../../shared/definition/invalid-argument.ts';
import { Ingest } from '../../shared/ingest/ingest.ts';
import { decodeCommitHeader } from '../../shared/log/commit.ts';
import { rulesLog, shardLog } from '../../shared/log/keys.ts';
import { ORIGIN } from '../../shared/log/position.ts';
import type { FilterRules } from '../../shared/rules/filter-rules.ts';
import { delivered, SHARD } from '../fixtures/delivered-record.ts';

interface Reading {
  readonly at: number;
  readonly sensor: string;
}

const readings = pipeline<Reading>()('readings', {
  timestamp: ({ at }) => at,
  watermark: boundedOutOfOrderness(0),
  filter: ({ sensor }) => sensor !== 'never',
  rules: 'live',
  windows: { minutes: { window: tumbling(60), keyBy: ({ sensor }) => sensor, aggregate: { n: count() } } },
});

const drop = (...sensors: string[]): FilterRules => ({
  rules: [{ name: 'unwanted', action: 'drop', pattern: { sensor: sensors } }],
  otherwise: 'keep',
});

function deployed({ retentionMs }: { retentionMs?: number } = {}) {
  const store = new MemoryLogStore();
  const clock = { now: 1_000_000, nowMs: () => clock.now };
  const logStore = {
    ...(retentionMs === undefined ? {} : { retentionMs }),
    append: store.append.bind(store),
    read: store.read.bind(store),
    last: store.last.bind(store),
  };
  const side = new MemoryPublisher();
  return {
    store,
    clock,
    ports: { logStore, clock },
    ingest: () => new Ingest(readings, { logStore, clock, sideStream: side }),
    headers: async () => (await store.read(shardLog('readings', SHARD), ORIGIN)).map(decodeCommitHeader),
  };
}

const record = (index: number, sensor: string, arrivedAtMs: number) => delivered(index, JSON.stringify({ at: index, sensor }), arrivedAtMs);

describe('rules that are set while a pipeline runs', () => {
  test('hold for the records that arrive from ten seconds later on, whenever these are read', async () => {
    const { ports, ingest, headers } = deployed();
    await setRules('readings', drop('a'), undefined, ports);
    const report = await ingest().ingest(SHARD, [
      record(1, 'a', 1_009_999),
      record(2, 'a', 1_010_000),
      record(3, 'b', 1_010_000),
      record(4, 'never', 1_010_001),
    ]);
    expect(report.counts).toMatchObject({ read: 4, folded: 2, filtered: 2 });
    expect(await headers()).toMatchObject([{ rules: 1 }]);
  });

  test('still move the watermark with what they drop', async () => {
    const { ports, ingest, headers } = deployed();
    await setRules('readings', { rules: [], otherwise: 'drop' }, undefined, ports);
    await ingest().ingest(SHARD, [record(1, 'a', 2_000_000), record(77, 'b', 2_000_000)]);
    expect(await headers()).toMatchObject([{ counts: { read: 2, filtered: 2 }, clocks: { '*': { time: 77 } } }]);
  });

  test('decide by the first rule that matches', async () => {
    const { ports, ingest } = deployed();
    const rules: FilterRules = {
      rules: [
        { name: 'vip', action: 'keep', pattern: { sensor: ['a1'] } },
        { name: 'all of a', action: 'drop', pattern: { sensor: [{ prefix: 'a' }] } },
      ],
      otherwise: 'keep',
    };
    await setRules('readings', rules, undefined, ports);
    const report = await ingest().ingest(SHARD, [record(1, 'a1', 2e6), record(2, 'a2', 2e6), record(3, 'b', 2e6)]);
    expect(report.counts).toMatchObject({ folded: 2, filtered: 1 });
  });

  test('make of the same records the same, whatever the batches, the functions and their restarts', async () => {
    const sent = fc.array(fc.record({ sensor: fc.constantFrom('a', 'b', 'c'), waits: fc.integer({ min: 0, max: 9_000 }) }), {
      minLength: 1,
      maxLength: 30,
    });
    const changes = fc.array(fc.record({ before: fc.nat(30), sensor: fc.constantFrom('a', 'b', 'c') }), { maxLength: 5 });
    const cuts = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(sent, changes, cuts, cuts, async (events, sets, one, other) => {
        const { clock, ports, store } = deployed();
        const records = [];
        for (const [index, { sensor, waits }] of events.entries()) {
          for (const set of sets.filter(({ before }) => before === index)) await setRules('readings', drop(set.sensor), undefined, ports);
          clock.now += waits;
          records.push(record(index + 1, sensor, clock.now));
        }
        const counted: object[] = [];
        for (const sizes of [one, other]) {
          const shards = new MemoryLogStore();
          const logStore = {
            append: shards.append.bind(shards),
            read: shards.read.bind(shards),
            last: (log: never) => (log === rulesLog('readings') ? store.last(log) : shards.last(log)),
          };
          let at = 0;
          for (let batch = 0; at < records.length; batch++) {
            const size = sizes[batch % sizes.length] as number;
            // Delivered again in part, and to a function that has just started.
            const from = Math.max(at - 2, 0);
            await new Ingest(readings, { logStore, clock, sideStream: new MemoryPublisher() }).ingest(
              SHARD,
              records.slice(from, at + size),
            );
            at += size;
          }
          const headers = (await shards.read(shardLog('readings', SHARD), ORIGIN)).map(decodeCommitHeader);
          counted.push({
            filtered: headers.reduce((sum, { counts }) => sum + counts.filtered, 0),
            folded: headers.reduce((sum, { counts }) => sum + counts.folded, 0),
            last: headers.at(-1)?.rules,
          });
        }
        expect(counted[0]).toEqual(counted[1]);
      }),
      { numRuns: 100 },
    );
  });

  test('are seen by a function that runs already, and outlive the entry that says them', async () => {
    const day = 86_400_000;
    const { clock, ports, ingest, store } = deployed({ retentionMs: 30 * day });
    const running = ingest();
    await running.ingest(SHARD, [record(1, 'a', clock.now)]);
    await setRules('readings', drop('a'), undefined, ports);
    clock.now += 11 * day;
    expect((await running.ingest(SHARD, [record(2, 'a', clock.now)])).counts).toMatchObject({ filtered: 1 });
    // Written again, for the first entry is to expire.
    expect((await store.last(rulesLog('readings')))?.position).toBe(2);
    expect(await currentRules('readings', ports.logStore)).toMatchObject({ version: 1, setAtMs: 1_000_000 });
  });

  test('are set over those that somebody has seen, and over no others', async () => {
    const { ports } = deployed();
    expect(await currentRules('readings', ports.logStore)).toMatchObject({ version: 0, rules: [], otherwise: 'keep' });
    expect(await setRules('readings', drop('a'), 0, ports)).toMatchObject({ version: 1, fromArrivalMs: 1_010_000 });
    await expect(setRules('readings', drop('b'), 0, ports)).rejects.toThrow(RulesChangedError);
    expect(await setRules('readings', drop('b'), 1, ports)).toMatchObject({ version: 2, fromArrivalMs: 1_010_001 });
  });

  test('are refused when they cannot work', async () => {
    const { ports } = deployed();
    const rule = { name: 'one', action: 'drop' as const, pattern: { sensor: ['a'] } };
    for (const rules of [
      [{ ...rule, pattern: {} }],
      [rule, rule],
      Array.from({ length: 51 }, (_each, index) => ({ ...rule, name: String(index) })),
    ])
      await expect(setRules('readings', { rules, otherwise: 'keep' }, undefined, ports)).rejects.toThrow(InvalidArgument);
    const long = { ...rule, pattern: { sensor: ['x'.repeat(17_000)] } };
    await expect(setRules('readings', { rules: [long], otherwise: 'keep' }, undefined, ports)).rejects.toThrow('16384 characters');
  });

  test('cost a pipeline that has none nothing', async () => {
    const { store, clock } = deployed();
    const { rules: _live, ...options } = readings.options;
    const without = pipeline<Reading>('without', options as never);
    const asked: string[] = [];
    const logStore = {
      append: store.append.bind(store),
      read: store.read.bind(store),
      last: (log: never) => (asked.push(log), store.last(log)),
    };
    await new Ingest(without, { logStore, clock, sideStream: new MemoryPublisher() }).ingest(SHARD, [record(1, 'a', 2e6)]);
    expect(asked).not.toContain(rulesLog('without'));
  });
});
