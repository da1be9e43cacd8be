import { boundedOutOfOrderness, count, max, min, pipeline, sum, tumbling } from 'mullion';
import { randomFrom } from './random.ts';

/** An event of the benchmarks: about 200 bytes of JSON. */
export interface Measurement {
  readonly id: string;
  readonly deviceId: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly value: number;
  readonly unit: string;
  readonly site: string;
  readonly firmware: string;
  readonly tags: readonly string[];
  readonly note: string;
}

const value = (measurement: Measurement) => measurement.value;

/** Count, sum, smallest and largest. */
export const AMOUNTS = { events: count(), total: sum(value), least: min(value), most: max(value) };

/** The same, a minute and device. */
export const measurements = pipeline<Measurement>('measurements', {
  timestamp: ({ at }) => at,
  watermark: boundedOutOfOrderness('5s'),
  windows: {
    perMinute: {
      keyBy: ({ deviceId }) => deviceId,
      window: tumbling('1m'),
      aggregate: AMOUNTS,
    },
  },
});

export const BATCH_RECORDS = 7_800;
export const NOON_MS = Date.UTC(2026, 0, 1, 12);

/**
 * The payloads of one batch: random keys and values, since repeating ones would flatter whatever compresses them.
 *
 * @param keys How many devices there are.
 * @param fromMs The time of the first event; the batch spans ten seconds.
 */
export function measurementPayloads(records: number, keys: number, fromMs: number, seed: number): string[] {
  const random = randomFrom(seed);
  return Array.from({ length: records }, (_each, index): string => {
    const event: Measurement = {
      id: Math.floor(random() * 2 ** 48)
        .toString(16)
        .padStart(12, '0'),
      deviceId: `user-${Math.floor(random() * keys)}`,
      at: fromMs + Math.floor((index * 10_000) / records),
      value: Math.round(random() * 100_000) / 100,
      unit: 'kWh',
      site: `site-${Math.floor(random() * 40)}`,
      firmware: '4.18.2',
      tags: ['meter', random() < 0.5 ? 'indoor' : 'outdoor'],
      note: 'read over the air, no tariff',
    };
    return JSON.stringify(event);
  });
}
