import { describe, expect, test } from 'vitest';
import { InvalidArgument } from '../../shared/definition/invalid-argument.ts';
import { Arrivals } from '../../shared/generate/arrivals.ts';
import { type GeneratedEvent, generatedEvents } from '../../shared/generate/generated-events.ts';
import type { GeneratorOptions } from '../../shared/generate/generator-options.ts';

const NOON_MS = Date.parse('2026-01-01T12:00:00Z');
const DAY_MS = 86_400_000;

const PLAIN: GeneratorOptions = {
  seed: 7,
  startMs: NOON_MS,
  eventsPerSecond: 1_000,
  events: 20_000,
  kinds: ['sensors', 'users', 'system'],
  sources: 4,
  keys: 100,
  seasonMs: DAY_MS,
  trend: 0,
  anomalies: 0,
  outOfOrder: 0,
  disorderMs: 2_000,
  late: 0,
  lateByMs: 60_000,
  duplicates: 0,
};

interface Body {
  readonly id: string;
  readonly kind: string;
  readonly source: string;
  readonly time: number;
  readonly anomaly?: string;
  readonly temperature: number;
  readonly latencyMs: number;
  readonly amount?: number;
  readonly action: string;
}

const generate = (options: Partial<GeneratorOptions> = {}) => [...generatedEvents({ ...PLAIN, ...options })];
const body = ({ json }: GeneratedEvent) => JSON.parse(json) as Body;
const share = (events: readonly GeneratedEvent[], of: (event: GeneratedEvent) => boolean) => events.filter(of).length / events.length;
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('generated events', () => {
  test('are the same for the same seed, byte for byte, and others for another', () => {
    const mixed = { outOfOrder: 0.1, late: 0.1, duplicates: 0.1, anomalies: 0.1, burst: { times: 5, everyMs: 1_000, forMs: 100 } };
    expect(generate(mixed)).toEqual(generate(mixed));
    expect(generate({ ...mixed, seed: 8 }).map(({ dueMs }) => dueMs)).not.toEqual(generate(mixed).map(({ dueMs }) => dueMs));
    expect(generate({ seed: 8, events: 3 })).not.toEqual(generate({ events: 3 }));
  });

  test('come at their rate, with the time at which they come where nothing is to be out of order', () => {
    const events = generate();
    expect(events).toHaveLength(PLAIN.events);
    expect(events.map((event) => body(event).time)).toEqual(Array.from({ length: PLAIN.events }, (_each, index) => NOON_MS + index));
    expect(new Set(events.map((event) => body(event).id)).size).toBe(PLAIN.events);
  });

  test('lie behind by shares, those of a punctual source by less, and late ones far', () => {
    const events = generate({ outOfOrder: 0.2, late: 0.05 });
    expect(share(events, ({ arrival }) => arrival === 'out of order')).toBeCloseTo(0.2, 1);
    expect(share(events, ({ arrival }) => arrival === 'late')).toBeCloseTo(0.05, 1);
    for (const event of events) {
      const { source, time } = body(event);
      const behindMs = NOON_MS + event.dueMs - time;
      const boundMs = (2_000 * Number(source.replace('source-', ''))) / 4;
      if (event.arrival === 'in order') expect(behindMs).toBe(0);
      if (event.arrival === 'out of order') expect(behindMs).toBeLessThanOrEqual(boundMs + 1);
      if (event.arrival === 'late') expect(behindMs).toBeGreaterThanOrEqual(60_000);
      expect(behindMs).toBeLessThanOrEqual(120_001);
    }
  });

  test('come a second time as they were, of the same key, a while after the first', () => {
    const events = generate({ duplicates: 0.1, late: 0.1 });
    expect(share(events, ({ arrival }) => arrival === 'duplicate')).toBeCloseTo(0.1, 1);
    const seen = new Map<string, GeneratedEvent>();
    for (const event of events) {
      const first = seen.get(event.json);
      expect(event.arrival === 'duplicate').toBe(first !== undefined);
      if (first === undefined) seen.set(event.json, event);
      else expect({ key: event.partitionKey, isLater: event.dueMs > first.dueMs }).toEqual({ key: first.partitionKey, isLater: true });
    }
  });

  test('of a key are of one source and one kind', () => {
    const sources = new Map<string, Set<string>>();
    for (const event of generate()) {
      const { kind, source } = body(event);
      expect(event.partitionKey.startsWith({ sensor: 'sensor-', user: 'user-', system: 'host-' }[kind] ?? '?')).toBe(true);
      sources.set(event.partitionKey, (sources.get(event.partitionKey) ?? new Set()).add(source));
    }
    expect([...sources.values()].every(({ size }) => size === 1)).toBe(true);
    expect(new Set([...sources.values()].flatMap((each) => [...each])).size).toBe(4);
  });

  test('say where something is wrong with them, and then lie far beyond everything healthy', () => {
    const events = generate({ anomalies: 0.02, events: 50_000 });
    expect(share(events, ({ isAnomalous }) => isAnomalous)).toBeCloseTo(0.02, 2);
    const healthy = events.filter(({ isAnomalous }) => !isAnomalous).map(body);
    const wrong = events.filter(({ isAnomalous }) => isAnomalous).map(body);
    expect(healthy.filter(({ anomaly }) => anomaly !== undefined)).toEqual([]);
    expect(new Set(wrong.map(({ anomaly }) => anomaly))).toEqual(new Set(['spike', 'drop', 'amount', 'overload']));
    const of = (kind: string, value: (event: Body) => number | undefined, from: Body[]) =>
      from.filter((event) => event.kind === kind).flatMap((event) => value(event) ?? []);
    const latency = ({ latencyMs }: Body) => latencyMs;
    expect(Math.min(...of('system', latency, wrong))).toBeGreaterThan(3 * Math.max(...of('system', latency, healthy)));
    const amount = (event: Body) => event.amount;
    expect(Math.min(...of('user', amount, wrong))).toBeGreaterThan(10 * Math.max(...of('user', amount, healthy)));
  });

  test('rise and fall with the season, and grow with the trend', () => {
    const season = { kinds: ['sensors'], keys: 10, seasonMs: 40_000, eventsPerSecond: 500 } as const;
    const byQuarter = (options: Partial<GeneratorOptions>) => {
      const temperatures = generate({ ...season, ...options }).map((event) => body(event).temperature);
      return [0, 1, 2, 3].map((quarter) => mean(temperatures.slice(quarter * 5_000, (quarter + 1) * 5_000)));
    };
    const [first = 0, second = 0, third = 0, fourth = 0] = byQuarter({});
    expect(Math.min(first, second)).toBeGreaterThan(Math.max(third, fourth) + 1);
    const grown = byQuarter({ trend: 1 });
    expect(grown[3]).toBeGreaterThan(fourth * 1.5);
    expect(grown[0]).toBeLessThan(first * 1.3);
  });

  test('of users follow each other: nobody views before a login, or buys what is in no cart', () => {
    const last = new Map<string, string>();
    for (const event of generate({ kinds: ['users'] })) {
      const { action } = body(event);
      const before = last.get(event.partitionKey);
      if (before === undefined || before === 'logout') expect(action).toBe('login');
      if (action === 'purchase') expect(before).toBe('cart');
      last.set(event.partitionKey, action);
    }
    expect(new Set(last.values()).size).toBeGreaterThan(4);
  });

  test.each<[Partial<GeneratorOptions>, string]>([
    [{ eventsPerSecond: 0 }, 'eventsPerSecond'],
    [{ keys: 0 }, 'keys'],
    [{ kinds: [] }, 'kinds'],
    [{ seed: 0.5 }, 'seed'],
    [{ duplicates: 1.5 }, 'duplicates'],
    [{ late: 0.6, outOfOrder: 0.6 }, 'late'],
    [{ burst: { times: 2, everyMs: 100, forMs: 100 } }, 'burst.forMs'],
  ])('are none of %j', (options, field) => {
    expect(() => generate(options)).toThrow(expect.objectContaining({ name: InvalidArgument.name, field }));
  });
});

describe('arrivals', () => {
  const burst = { times: 10, everyMs: 1_000, forMs: 50 };

  test('with bursts have the same average, and in every burst so many times as many', () => {
    const arrivals = new Arrivals({ seed: 3, eventsPerSecond: 10_000, burst });
    const times = Array.from({ length: 50_000 }, (_each, index) => arrivals.afterMs(index));
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    for (let period = 0; period < 5; period++) {
      const inPeriod = times.slice(period * 10_000, (period + 1) * 10_000);
      expect(inPeriod[0]).toBeCloseTo(period * 1_000, 6);
      expect(inPeriod.at(-1)).toBeLessThan((period + 1) * 1_000);
      // Within a burst they are a tenth as far apart.
      const gaps = inPeriod.slice(1).map((time, index) => time - (inPeriod[index] as number));
      const narrow = Math.min(...gaps);
      expect(Math.max(...gaps) / narrow).toBeCloseTo(10, 3);
      expect(gaps.filter((gap) => gap < narrow * 2).length * narrow).toBeCloseTo(50, 0);
    }
  });

  test('have their bursts at another place in every period', () => {
    const arrivals = new Arrivals({ seed: 3, eventsPerSecond: 1_000, burst });
    const middles = [0, 1, 2, 3, 4].map((period) => arrivals.afterMs(period * 1_000 + 500) - period * 1_000);
    expect(new Set(middles.map((ms) => Math.round(ms))).size).toBeGreaterThan(2);
  });
});
