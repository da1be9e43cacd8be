import { readFileSync } from 'node:fs';
import {
  aggregate,
  boundedOutOfOrderness,
  collect,
  count,
  countDistinct,
  first,
  histogram,
  last,
  latency,
  mean,
  type Pane,
  percentiles,
  pipeline,
  rate,
  session,
  sliding,
  stddev,
  topK,
  tumbling,
  type WindowDefinition,
  where,
} from 'mullion';
import { describe, expect, test } from 'vitest';
import { runPipeline } from '../../cli/run/run-pipeline.ts';
import type { Flight } from '../../examples/flights.ts';
import { FLIGHTS_FILE } from '../../local/flights-by-arrival.ts';
import { MemoryPublisher } from '../../shared/adapters/memory/memory-publisher.ts';
import type { Pipeline } from '../../shared/pipeline/pipeline.ts';

const timeOf = (flight: Flight) => Date.parse(`${flight.date} UTC`);

/** The distances flown to each airport: grows in place, and sorts nothing, for text of JSON is sorted anyway. */
const miles = aggregate({
  init: (): Record<string, number> => ({}),
  add: (state, { destination, distance }: Flight) => {
    if (distance === 0) throw new RangeError('nobody flies no mile');
    state[destination] = (state[destination] ?? 0) + distance;
  },
  merge: (into, from) => {
    for (const [destination, distance] of Object.entries(from)) into[destination] = (into[destination] ?? 0) + distance;
  },
  result: (state) => state,
});

const aggregates = {
  n: count(),
  first: first((flight: Flight) => flight),
  last: last((flight: Flight) => flight.destination),
  delays: percentiles((flight: Flight) => flight.delay, [0.1, 0.5, 0.99]),
  stddev: stddev((flight: Flight) => flight.delay),
  destinations: countDistinct((flight: Flight) => flight.destination),
  favourites: topK((flight: Flight) => flight.destination, 3),
  some: collect<Flight, string>({ limit: 5, of: ({ date, destination }) => `${date} ${destination}` }),
  bars: histogram((flight: Flight) => flight.delay, [0, 15, 60]),
  perSecond: rate(),
  farLate: where(
    (flight: Flight) => flight.distance > 1_000,
    mean((flight: Flight) => flight.delay),
  ),
  whole: latency<Flight>({ of: ({ delay }) => delay, failed: ({ delay }) => delay > 60 }),
  miles,
};

function over(window: WindowDefinition, name: string) {
  return pipeline<Flight>(name, {
    timestamp: timeOf,
    watermark: boundedOutOfOrderness('1h'),
    windows: { w: { keyBy: (flight) => flight.origin, window, aggregate: aggregates } },
  });
}

async function run(definition: unknown, input: readonly Flight[], batchSize: number) {
  const output = new MemoryPublisher();
  const side = new MemoryPublisher();
  async function* events() {
    yield input.map((flight) => ({ data: JSON.stringify(flight), encoding: 'utf8' as const }));
  }
  const { report } = await runPipeline({ pipeline: definition as Pipeline, events: events(), output, side, batchSize });
  return { panes: output.documents<Pane>(), refused: side.documents<{ reason: object }>(), report };
}

const flights = (JSON.parse(readFileSync(FLIGHTS_FILE, 'utf8')) as Flight[]).slice(0, 4_000);

describe('every aggregate, through ingest, log and firing', () => {
  test.each<[string, WindowDefinition]>([
    ['tumbling', tumbling('1d')],
    ['sliding', sliding('12h', '6h')],
    ['session', session('3h')],
  ])('over %s windows says the same, byte by byte, however the events are cut into batches', async (name, window) => {
    const whole = await run(over(window, name), flights, 4_000);
    const cut = await run(over(window, name), flights, 170);
    const documents = ({ panes }: typeof whole) =>
      new Map(
        panes.map(({ watermark: _watermark, epoch: _epoch, pane: { isLast: _isLast, ...pane }, ...rest }) => [
          rest.id,
          JSON.stringify({ ...rest, pane }),
        ]),
      );
    expect(whole.panes.length).toBeGreaterThan(100);
    expect(documents(cut)).toEqual(documents(whole));
    expect(whole.refused).toEqual([]);
  });

  test('gives what a plain computation gives', async () => {
    const { panes } = await run(over(tumbling('1d'), 'plain'), flights, 250);
    const groups = Map.groupBy(flights, (flight) => `${flight.origin} ${Math.floor(timeOf(flight) / 86_400_000)}`);
    expect(panes).toHaveLength(groups.size);
    for (const pane of panes) {
      const group = groups.get(`${pane.key} ${pane.start / 86_400_000}`) as Flight[];
      const value = pane.value as Record<keyof typeof aggregates, never>;
      const delays = group.map(({ delay }) => delay).sort((a, b) => a - b);
      const far = group.filter(({ distance }) => distance > 1_000);
      expect(value).toMatchObject({
        n: group.length,
        destinations: new Set(group.map(({ destination }) => destination)).size,
        perSecond: group.length / 86_400,
        farLate: far.length === 0 ? null : far.reduce((total, { delay }) => total + delay, 0) / far.length,
        favourites: { error: 0 },
        bars: {
          counts: [
            [-1e9, 0],
            [0, 15],
            [15, 60],
            [60, 1e9],
          ].map(([low, high]) => delays.filter((d) => d >= (low as number) && d < (high as number)).length),
        },
        some: { omitted: Math.max(0, group.length - 5) },
      });
      const median = delays[Math.floor(0.5 * (delays.length - 1))] as number;
      expect(Math.abs((value.delays as { p50: number }).p50 - median)).toBeLessThanOrEqual(Math.abs(median) * 0.0100001);
      const times = group.map(timeOf);
      expect(timeOf(value.first)).toBe(Math.min(...times));
      expect(group.filter((flight) => timeOf(flight) === Math.max(...times)).map(({ destination }) => destination)).toContain(value.last);
      const flown = Map.groupBy(group, ({ destination }) => destination);
      expect(value.miles).toEqual(
        Object.fromEntries([...flown].map(([to, some]) => [to, some.reduce((total, { distance }) => total + distance, 0)])),
      );
    }
  });

  test.each<[string, WindowDefinition]>([
    ['tumbling', tumbling('1d')],
    ['session', session('3h')],
  ])('refuses from %s windows what an own aggregate refuses, and nothing else', async (name, window) => {
    const hostile = flights.slice(0, 300).flatMap((flight, index) => (index % 10 === 0 ? [flight, { ...flight, distance: 0 }] : [flight]));
    const { panes, refused, report } = await run(over(window, name), hostile, 50);
    const { panes: expected } = await run(over(window, name), flights.slice(0, 300), 50);
    expect(refused).toHaveLength(30);
    expect(refused[0]?.reason).toEqual({ code: 'value', message: 'windows.w.aggregate.miles threw RangeError: nobody flies no mile' });
    expect(report.counts).toMatchObject({ folded: 300, invalid: 30 });
    expect(panes.map(({ id, value }) => ({ id, value }))).toEqual(expected.map(({ id, value }) => ({ id, value })));
  });
});
