import {
  aggregate,
  boundedOutOfOrderness,
  type Collected,
  collect,
  count,
  countDistinct,
  first,
  type Histogram,
  histogram,
  type Latency,
  last,
  latency,
  mean,
  type PaneOf,
  percentile,
  percentiles,
  pipeline,
  rate,
  ratio,
  stddev,
  sum,
  type TopK,
  topK,
  tumbling,
  variance,
  where,
} from 'mullion';
import { expectTypeOf, test } from 'vitest';
import type { Flight } from '../../examples/flights.ts';

test('the result type of each window is inferred from its aggregate', () => {
  const flights = pipeline<Flight>()('flights', {
    timestamp: (flight) => Date.parse(flight.date),
    watermark: boundedOutOfOrderness('1h'),
    windows: {
      departures: {
        keyBy: (flight) => flight.origin,
        window: tumbling('1d'),
        aggregate: { n: count(), delay: mean((flight) => flight.delay) },
      },
    },
  });
  expectTypeOf<PaneOf<typeof flights, 'departures'>['value']>().toEqualTypeOf<{ n: number; delay: number }>();
});

test('every aggregate brings the type of its result, and is told the type of the event', () => {
  const flights = pipeline<Flight>()('flights', {
    timestamp: (flight) => Date.parse(flight.date),
    watermark: boundedOutOfOrderness('1h'),
    windows: {
      all: {
        keyBy: (flight) => flight.origin,
        window: tumbling('1d'),
        aggregate: {
          variance: variance((flight) => flight.delay),
          stddev: stddev((flight) => flight.delay),
          first: first((flight) => flight.destination),
          last: last((flight) => ({ to: flight.destination, miles: flight.distance })),
          median: percentile((flight) => flight.delay, 0.5),
          spread: percentiles((flight) => flight.delay, [0.05, 0.5, 0.999, 1]),
          destinations: countDistinct((flight) => flight.destination, { precision: 12 }),
          favourites: topK((flight) => flight.destination, 3),
          rate: rate(),
          late: ratio((flight) => flight.delay > 15),
          delays: histogram((flight) => flight.delay, [0, 15, 60]),
          some: collect({ limit: 3 }),
          whither: collect({ limit: 3, of: (flight) => flight.destination }),
          lateMiles: where(
            (flight) => flight.delay > 15,
            sum((flight) => flight.distance),
          ),
          lateCount: where((flight) => flight.delay > 15, count()),
          latency: latency({ of: (flight) => flight.delay, failed: (flight) => flight.delay > 180 }),
          own: aggregate({
            init: () => ({ miles: 0 }),
            add: (state, flight: Flight) => ({ miles: state.miles + flight.distance }),
            merge: (a, b) => ({ miles: a.miles + b.miles }),
            result: (state, { events }) => [state.miles, events] as const,
          }),
        },
      },
    },
  });
  expectTypeOf<PaneOf<typeof flights, 'all'>['value']>().toEqualTypeOf<{
    variance: number;
    stddev: number;
    first: string;
    last: { to: string; miles: number };
    median: number;
    spread: { readonly p5: number; readonly p50: number; readonly 'p99.9': number; readonly p100: number };
    destinations: number;
    favourites: TopK;
    rate: number;
    late: number;
    delays: Histogram;
    some: Collected<Flight>;
    whither: Collected<string>;
    lateMiles: number | null;
    lateCount: number | null;
    latency: Latency;
    own: readonly [number, number];
  }>();
});

test('the type of the event is that of what decode gives, one or several', () => {
  const options = { watermark: boundedOutOfOrderness(0) };
  const several = pipeline('several', {
    ...options,
    decode: (bytes) => [{ at: bytes.length, sensor: 'a' }],
    timestamp: (reading) => {
      expectTypeOf(reading).toEqualTypeOf<{ at: number; sensor: string }>();
      return reading.at;
    },
    windows: {
      w: { keyBy: (reading) => reading.sensor, window: tumbling('1m'), aggregate: { n: count() } },
    },
  });
  expectTypeOf<PaneOf<typeof several, 'w'>['value']>().toEqualTypeOf<{ n: number }>();
  pipeline('one', {
    ...options,
    decode: (bytes, { partitionKey }) => ({ at: bytes.length, sensor: partitionKey }),
    timestamp: (reading) => reading.at,
    windows: { w: { keyBy: (reading) => reading.sensor, window: tumbling('1m'), aggregate: { n: count() } } },
  });
  pipeline('wrong', {
    ...options,
    decode: () => ({ at: 1 }),
    // @ts-expect-error: there is no time in it
    timestamp: (reading) => reading.time,
    windows: { w: { keyBy: () => 'a', window: tumbling('1m'), aggregate: { n: count() } } },
  });
});
