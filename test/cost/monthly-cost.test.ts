import { describe, expect, test } from 'vitest';
import { monthlyCost } from '../../shared/cost/monthly-cost.ts';
import { settleWorkload, type WorkloadOptions } from '../../shared/cost/workload.ts';
import { RATES } from '../docs/cost-tables.ts';

const TYPICAL: WorkloadOptions = { rate: 1_000, keys: 10_000, eventBytes: 200, window: '1m' };
const costOf = (options: Partial<WorkloadOptions> = {}) => monthlyCost(settleWorkload({ ...TYPICAL, ...options }));
const stateAndCompute = (options: Partial<WorkloadOptions> = {}) => costOf(options).stateAndComputeDollars;

describe('state and compute of 10,000 keys in windows of a minute', () => {
  test.each(RATES.filter(({ atMost }) => atMost !== undefined))(
    'cost at $rate events a second at most $$atMost a month',
    ({ rate, atMost, options }) => {
      expect(stateAndCompute({ ...options, rate })).toBeLessThanOrEqual(atMost ?? 0);
    },
  );

  test('cost less than Managed Flink, and far less than a write a key and batch', () => {
    for (const rate of [1, 100, 1_000, 10_000]) {
      const { alternatives, stateAndComputeDollars } = costOf({ rate });
      const [flink, perKey] = alternatives.map(({ dollars }) => dollars) as [number, number];
      expect(stateAndComputeDollars).toBeLessThan(flink / 3);
      expect(perKey).toBeGreaterThan(rate === 1 ? 1 : 20 * stateAndComputeDollars);
    }
  });
});

test('Managed Flink costs $165.60 before the first event', () => {
  const [flink] = costOf({ rate: 0 }).alternatives;
  // Two units for 730 hours at $0.11, and 50 GB at $0.10.
  expect(flink?.dollars).toBeCloseTo(2 * 730 * 0.11 + 5, 9);
});

test('the parts are the sum of their lines, and the whole of its parts', () => {
  const {
    streams,
    intake,
    stateAndCompute: engine,
    watching,
    stateAndComputeDollars,
    dollars,
  } = costOf({ retention: '10d', lanes: 3, rate: 5_000, eventsPerMessage: 50, connections: 10 });
  expect(intake).toHaveLength(1);
  const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);
  for (const part of [streams, ...intake, ...engine, ...watching])
    expect(part.dollars).toBeCloseTo(sum(part.lines.map((line) => line.dollars)), 9);
  expect(stateAndComputeDollars).toBeCloseTo(sum(engine.map((part) => part.dollars)), 9);
  expect(dollars).toBeCloseTo(streams.dollars + stateAndComputeDollars + sum([...intake, ...watching].map((part) => part.dollars)), 9);
});

test('a WebSocket costs what its messages are counted as, in and out, its connections, and its function', () => {
  const [part] = costOf({ eventsPerMessage: 100, connections: 1_000 }).intake;
  const dollars = new Map(part?.lines.map((line) => [line.unit, line.dollars]));
  // 10 messages a second for 730 hours, each of 21 KB and with an answer; a thousand connections all that time.
  expect(dollars.get('messages')).toBeCloseTo(((2 * 10 * 730 * 3_600) / 1e6) * 1, 9);
  expect(dollars.get('minutes')).toBeCloseTo(((1_000 * 730 * 60) / 1e6) * 0.25, 9);
  expect(dollars.get('requests')).toBeCloseTo(((10 * 730 * 3_600) / 1e6) * 0.2, 9);
  // 63 KB are counted as two, and the answer as one.
  const [large] = costOf({ eventsPerMessage: 300 }).intake;
  expect(large?.lines[0]?.count).toBeCloseTo((1_000 / 300) * 730 * 3_600 * 3, 3);
  expect(costOf().intake).toEqual([]);
});

describe('more of it never costs less', () => {
  test.each<[what: string, smaller: Partial<WorkloadOptions>, larger: Partial<WorkloadOptions>]>([
    ['events', { rate: 900 }, { rate: 1_000 }],
    ['keys', { keys: 1_000 }, { keys: 10_000 }],
    ['longer keys', {}, { keyKind: 'uuid' }],
    ['windows a minute', { window: '10m' }, { window: '10m', slide: '1m' }],
    ['shards', { shards: 2 }, { shards: 4 }],
    ['lanes', {}, { lanes: 4 }],
    ['ticks', { tick: '5m' }, { tick: '1m' }],
    ['days of logs', { stateRetentionDays: 7 }, { stateRetentionDays: 30 }],
    ['batches', { batchWindow: '10s' }, { batchWindow: '1s' }],
    ['memory of fire', { fireMemoryMb: 1_769 }, { fireMemoryMb: 3_538 }],
  ])('%s', (_what, smaller, larger) => {
    expect(stateAndCompute(smaller)).toBeLessThan(stateAndCompute(larger));
  });
});

test('a window that slides costs by its slides, not by how many of them it is long', () => {
  const [short, long] = [stateAndCompute({ window: '2m', slide: '1m' }), stateAndCompute({ window: '20m', slide: '1m' })];
  expect(long / short).toBeLessThan(1.5);
});

test('S3 is used only where it is cheaper', () => {
  for (const rate of [1, 30, 100, 300, 1_000, 3_000]) {
    expect(stateAndCompute({ rate, largePayloads: 's3' })).toBeLessThanOrEqual(1.05 * stateAndCompute({ rate, largePayloads: 'dynamodb' }));
  }
});

test('streams are charged for what they keep, and for how long', () => {
  const { streams } = costOf({ retention: '14d' });
  const lines = Object.fromEntries(streams.lines.map(({ what, dollars }) => [what, dollars]));
  expect(lines).toMatchObject({
    'input, 1 shard': 730 * 0.015,
    'input, puts': 1_000 * 2_628_000 * 0.014e-6,
    // Three streams of a shard each.
    'kept for more than a day': 3 * 730 * 0.02,
  });
  // A week of 200 B a thousand times a second.
  expect(lines['kept for more than a week']).toBeCloseTo(((200_000 * 7 * 86_400) / 2 ** 30) * 0.023, 6);
});
