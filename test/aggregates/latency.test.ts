import fc from 'fast-check';
import { expect, test } from 'vitest';
import { latency } from '../../shared/aggregates/latency.ts';
import { where } from '../../shared/aggregates/where.ts';
import { expectLaws, resultOf } from '../fixtures/aggregate-laws.ts';

interface Request {
  readonly ms: number;
  readonly status: number;
}

const requests = latency<Request>({ of: ({ ms }) => ms, failed: ({ status }) => status >= 500 });

test('latency says how many requests there were, how fast they were, and how many failed', () => {
  const events = Array.from({ length: 7_200 }, (_, index) => [0, { ms: index + 1, status: index % 4 === 0 ? 500 : 200 }] as const);
  const result = resultOf(requests, events);
  expect(Object.keys(result)).toEqual(['total', 'mean', 'p50', 'p95', 'p99', 'errorRate', 'perSecond']);
  expect(result).toMatchObject({ total: 7_200, mean: 3_600.5, errorRate: 0.25, perSecond: 2 });
  expect(Math.abs(result.p50 / 3_600 - 1)).toBeLessThan(0.01);
  expect(Math.abs(result.p95 / 6_840 - 1)).toBeLessThan(0.01);
  expect(Math.abs(result.p99 / 7_128 - 1)).toBeLessThan(0.01);
});

test('latency keeps the laws, alone and behind a condition', () => {
  const request = fc.tuple(
    fc.constant(0),
    fc.record({ ms: fc.integer({ min: 0, max: 4_000 }).map((quarters) => quarters / 4), status: fc.constantFrom(200, 404, 500) }),
  );
  expectLaws(requests, request);
  expectLaws(
    where(({ status }: Request) => status < 500, requests),
    request,
  );
});
