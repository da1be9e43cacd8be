import { boundedOutOfOrderness, count, mean, type PaneOf, pipeline, tumbling } from 'mullion';
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
