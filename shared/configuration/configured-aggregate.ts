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
import { readerOf } from './event-path.ts';

type Described = Exclude<AggregateConfiguration, string>;

/** The aggregate that a configuration describes. What its parameters may be is checked where the pipeline is defined. */
export function configuredAggregate(aggregate: AggregateConfiguration): Aggregate<unknown, unknown> {
  if (typeof aggregate === 'string') return configuredAggregate({ type: aggregate });
  const { where: pattern } = aggregate;
  const all = overAll(aggregate);
  return pattern === undefined ? all : where<unknown, unknown>(compilePattern(pattern), all);
}

function overAll(aggregate: Described): Aggregate<unknown, unknown> {
  switch (aggregate.type) {
    case 'count':
      return count();
    case 'rate':
      return rate();
    case 'sum':
      return sum(readerOf<number>(aggregate.of));
    case 'mean':
      return mean(readerOf<number>(aggregate.of));
    case 'min':
      return min(readerOf<number>(aggregate.of));
    case 'max':
      return max(readerOf<number>(aggregate.of));
    case 'variance':
      return variance(readerOf<number>(aggregate.of));
    case 'stddev':
      return stddev(readerOf<number>(aggregate.of));
    case 'first':
      return first(readerOf(aggregate.of));
    case 'last':
      return last(readerOf(aggregate.of));
    case 'percentile':
      return percentile(readerOf<number>(aggregate.of), aggregate.at, relativeErrorOf(aggregate));
    case 'percentiles':
      return percentiles(readerOf<number>(aggregate.of), aggregate.at, relativeErrorOf(aggregate));
    case 'count_distinct':
      return countDistinct(readerOf<string>(aggregate.of), aggregate.precision === undefined ? {} : { precision: aggregate.precision });
    case 'top_k':
      return topK(readerOf<string>(aggregate.of), aggregate.k, aggregate.counters === undefined ? {} : { counters: aggregate.counters });
    case 'ratio':
      return ratio(compilePattern(aggregate.matching));
    case 'histogram':
      return histogram(readerOf<number>(aggregate.of), aggregate.bounds);
    case 'collect':
      return collect({ limit: aggregate.limit, ...(aggregate.of === undefined ? {} : { of: readerOf(aggregate.of) }) });
    case 'latency':
      return latency({ of: readerOf<number>(aggregate.of), failed: compilePattern(aggregate.failed) });
  }
}

function relativeErrorOf({ relative_error }: { readonly relative_error?: number }): { relativeError?: number } {
  return relative_error === undefined ? {} : { relativeError: relative_error };
}
