import { requireFunction } from '../definition/requirement.ts';
import type { Aggregate } from './aggregate.ts';
import { bundle } from './bundle.ts';
import { count } from './count.ts';
import { mean } from './mean.ts';
import type { NumberOf } from './number-of.ts';
import { percentiles } from './percentiles.ts';
import { type Predicate, requirePredicate } from './predicate.ts';
import { rate } from './rate.ts';
import { ratio } from './ratio.ts';

/** How requests went. Times are in the unit of the number that was given. */
export interface Latency {
  /** How many requests. */
  readonly total: number;
  /** The mean, exact. */
  readonly mean: number;
  /** Half of the requests took no longer, within 1 %. */
  readonly p50: number;
  /** 95 of 100 requests took no longer, within 1 %. */
  readonly p95: number;
  /** 99 of 100 requests took no longer, within 1 %. */
  readonly p99: number;
  /** The share of requests that failed, from 0 to 1. */
  readonly errorRate: number;
  /** Requests per second of the window. */
  readonly perSecond: number;
}

/**
 * What a service is watched by: how many requests, how fast, how many failed. Failed ones count in the times as well; leave them out with
 * `where`. Percentiles are within 1 %, everything else is exact.
 */
export function latency<E>(requests: { readonly of: NumberOf<E>; readonly failed: Predicate<E> }): Aggregate<E, Latency> {
  const { of, failed } = requests ?? ({} as typeof requests);
  const parts = bundle<E, Omit<Latency, 'p50' | 'p95' | 'p99'> & { readonly times: Pick<Latency, 'p50' | 'p95' | 'p99'> }>({
    total: count(),
    mean: mean(of),
    times: percentiles(of, [0.5, 0.95, 0.99]),
    errorRate: ratio(failed),
    perSecond: rate(),
  });
  return Object.freeze<Aggregate<E, Latency>>({
    ...parts,
    describe: `latency(${parts.describe})`,
    check: () => {
      requireFunction(of, 'a function from the event to a number', 'of');
      requirePredicate(failed, 'failed');
    },
    result: (columns, at, row, scope) => {
      const { total, mean: average, times, errorRate, perSecond } = parts.result(columns, at, row, scope);
      return { total, mean: average, ...times, errorRate, perSecond };
    },
  });
}
