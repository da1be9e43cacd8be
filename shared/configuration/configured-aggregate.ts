import type { Aggregate } from '../aggregates/aggregate.ts';
import { collect } from '../aggregates/collect.ts';
import { count } from '../aggregates/count.ts';
import { countDistinct } from '../aggregates/count-distinct.ts';
import { max, min } from '../aggregates/extremes.ts';
import { first, last } from '../aggregates/first-last.ts';
import { histogram } from '../aggregates/histogram.ts';
import { latency } from '../aggregates/latency.ts';
import { mean } from '../aggregates/mean.ts';
import { percentile, percentiles } from '../aggregates/percentiles.ts';
import { rate } from '../aggregates/rate.ts';
import { ratio } from '../aggregates/ratio.ts';
import { sum } from '../aggregates/sum.ts';
import { topK } from '../aggregates/top-k.ts';
import { stddev, variance } from '../aggregates/variance.ts';
import { where } from '../aggregates/where.ts';
import { compilePattern } from '../rules/event-pattern.ts';
import type { AggregateConfiguration } from './aggregate-schema.ts';
import { type FieldPath, readerOf } from './event-path.ts';

type Described = Exclude<AggregateConfiguration, string>;

/** The aggregate that a configuration describes. What its parameters may be is checked where the pipeline is defined. */
export function configuredAggregate(aggregate: AggregateConfiguration): Aggregate<unknown, unknown> {
  if (typeof aggregate === 'string') return configuredAggregate({ type: aggregate });
  const { where: pattern } = aggregate;
  const all = (MAKERS[aggregate.type] as (aggregate: Described) => Aggregate<unknown, unknown>)(aggregate);
  return pattern === undefined ? all : where<unknown, unknown>(compilePattern(pattern), all);
}

type Makers = { readonly [T in Described['type']]: (aggregate: Extract<Described, { type: T }>) => Aggregate<unknown, unknown> };

const MAKERS: Makers = {
  count: () => count(),
  rate: () => rate(),
  sum: (aggregate) => sum(numberOf(aggregate.of)),
  mean: (aggregate) => mean(numberOf(aggregate.of)),
  min: (aggregate) => min(numberOf(aggregate.of)),
  max: (aggregate) => max(numberOf(aggregate.of)),
  variance: (aggregate) => variance(numberOf(aggregate.of)),
  stddev: (aggregate) => stddev(numberOf(aggregate.of)),
  first: (aggregate) => first(readerOf(aggregate.of)),
  last: (aggregate) => last(readerOf(aggregate.of)),
  percentile: (aggregate) => percentile(numberOf(aggregate.of), aggregate.at, relativeErrorOf(aggregate)),
  percentiles: (aggregate) => percentiles(numberOf(aggregate.of), aggregate.at, relativeErrorOf(aggregate)),
  count_distinct: (aggregate) =>
    countDistinct(textOf(aggregate.of), aggregate.precision === undefined ? {} : { precision: aggregate.precision }),
  top_k: (aggregate) => topK(textOf(aggregate.of), aggregate.k, aggregate.counters === undefined ? {} : { counters: aggregate.counters }),
  ratio: (aggregate) => ratio(compilePattern(aggregate.matching)),
  histogram: (aggregate) => histogram(numberOf(aggregate.of), aggregate.bounds),
  collect: (aggregate) => collect({ limit: aggregate.limit, ...(aggregate.of === undefined ? {} : { of: readerOf(aggregate.of) }) }),
  latency: (aggregate) => latency({ of: numberOf(aggregate.of), failed: compilePattern(aggregate.failed) }),
};

function relativeErrorOf({ relative_error }: { readonly relative_error?: number }): { relativeError?: number } {
  return relative_error === undefined ? {} : { relativeError: relative_error };
}

// What is no number, or no text, is refused by whoever folds it.

function numberOf(field: FieldPath): (event: unknown) => number {
  return readerOf(field) as (event: unknown) => number;
}

function textOf(field: FieldPath): (event: unknown) => string {
  return readerOf(field) as (event: unknown) => string;
}
