import { expect, test } from 'vitest';
import { mappingConfiguration } from '../../../local/event-source-mapping/configuration.ts';

test('the defaults are those of AWS', () => {
  expect(mappingConfiguration()).toEqual({
    batchSize: 100,
    batchWindowMs: 0,
    maximumRetryAttempts: -1,
    maximumRecordAgeSeconds: -1,
    bisectBatchOnFunctionError: false,
    functionResponseTypes: [],
    parallelizationFactor: 1,
  });
});

test('a parallelization factor other than 1 is refused with the reason', () => {
  expect(() => mappingConfiguration({ parallelizationFactor: 2 })).toThrow(/only 1 keeps the order of a shard/);
});

test.each([
  { batchSize: 0 },
  { batchSize: 10_001 },
  { batchSize: 1.5 },
  { batchWindowMs: -1 },
  { batchWindowMs: 300_001 },
  { maximumRetryAttempts: -2 },
  { maximumRecordAgeSeconds: 604_801 },
])('%o is refused', (settings) => {
  expect(() => mappingConfiguration(settings)).toThrow(/must be a whole number from/);
});
