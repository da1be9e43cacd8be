import { describe, expect, test } from 'vitest';
import { batching, recordsMax } from '../../shared/cost/batching.ts';
import { settleWorkload, type WorkloadOptions } from '../../shared/cost/workload.ts';

const TYPICAL: WorkloadOptions = { rate: 1_000, keys: 10_000, eventBytes: 200, window: '1m' };
const settled = (options: Partial<WorkloadOptions> = {}) => settleWorkload({ ...TYPICAL, ...options });

describe('a workload', () => {
  test.each<[Partial<WorkloadOptions>, number]>([
    [{ rate: 0 }, 1],
    [{ rate: 1_000 }, 1],
    [{ rate: 1_001 }, 2],
    [{ rate: 1_000, eventBytes: 3_000 }, 3],
    [{ rate: 100_000, eventsPerRecord: 100 }, 20],
    [{ rate: 100_000, eventsPerRecord: 100, gzipRatio: 4 }, 5],
  ])('%o has as many shards as take it: %i', (options, shards) => {
    expect(settled(options).shards).toBe(shards);
  });

  test.each<[Partial<WorkloadOptions>, field: string, message: RegExp]>([
    [{ rate: -1 }, 'rate', /^-1 is not allowed here; allowed: a number from 0 to/],
    [{ keys: 0.5 }, 'keys', /^0.5 is not allowed here; allowed: a whole number from 1 to/],
    [{ window: '1x' as '1s' }, 'window', /^'1x' is not allowed here; allowed: '500ms', '30s'/],
    [{ slide: '2m' }, 'slide', /^'2m' is not allowed here; allowed: at most 60 s/],
    [{ rate: 5_000, shards: 4 }, 'shards', /^4 is not allowed here; allowed: at least 5 for this rate/],
    [{ batchWindow: '301s' }, 'batchWindow', /^'301s' is not allowed here; allowed: at most 300 s/],
    [{ eventsPerRecord: 10_000 }, 'eventsPerRecord', /^10000 is not allowed here; allowed: a whole number from 1 to 5242/],
    [{ keys: 10_000_000, rate: 10_000_000, outputShards: 1 }, 'outputShards', /^1 is not allowed here; allowed: at least 62 for the panes/],
    [{ region: 'mars-north-1' }, 'region', /^'mars-north-1' is not allowed here; allowed: us-east-1/],
  ])('%o is refused: %s', (options, field, message) => {
    expect(() => settled(options)).toThrow(expect.objectContaining({ field, message: expect.stringMatching(message) }));
  });
});

describe('batches', () => {
  test('of records of 200 bytes have at most 7,800 of them, as Lambda cuts them', () => {
    expect(Math.round(recordsMax(settled()) / 100)).toBe(78);
    expect(recordsMax(settled({ eventBytes: 10 }))).toBe(10_000);
    expect(recordsMax(settled({ batchSize: 500 }))).toBe(500);
  });

  test.each<[Partial<WorkloadOptions>, batchesPerS: number, events: number]>([
    [{ rate: 1, batchWindow: '5s' }, 1 / 6, 6],
    [{ rate: 1_000, batchWindow: '5s' }, 1_000 / 5_001, 5_001],
    // Full before the window is over.
    [{ rate: 1_000, batchWindow: '30s', batchSize: 5_000 }, 0.2, 5_000],
    [{ rate: 0 }, 0, 0],
  ])('of %o: %d a second of %d events', (options, batchesPerS, events) => {
    expect(batching(settled(options))).toMatchObject({ batchesPerS, events });
  });
});
