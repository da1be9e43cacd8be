import {
  aggregate,
  boundedOutOfOrderness,
  calendar,
  collect,
  count,
  countDistinct,
  first,
  histogram,
  last,
  max,
  mean,
  min,
  percentiles,
  perSource,
  pipeline,
  process,
  rollup,
  session,
  sliding,
  stddev,
  sum,
  topK,
  tumbling,
} from 'mullion';

/** What honest producers send. Others send what they like: nothing looks at these types when an event is read. */
export interface Reading {
  readonly id: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly key: string;
  readonly region: string;
  readonly source: string;
  readonly value: number;
  readonly text: string;
  readonly gapMs: number;
  /** Kept whole in windows. */
  readonly kept: unknown;
  /** In no window. */
  readonly ignored?: unknown;
}

/** Everything that a definition can do with what an event says, so that whatever hostile stands in one gets everywhere. */
export const readings = pipeline<Reading>('readings', {
  timestamp: ({ at }) => at,
  watermark: perSource<Reading>(({ source }) => source, { main: boundedOutOfOrderness('5s'), other: boundedOutOfOrderness('5s') }),
  filter: ({ region }) => region !== 'nowhere',
  dedupe: { by: ({ id }) => id, within: '1h' },
  map: (reading) => ({ ...reading }),
  windows: {
    numbers: {
      keyBy: ({ key }) => key,
      window: tumbling('10s'),
      aggregate: {
        count: count(),
        sum: sum(({ value }) => value),
        mean: mean(({ value }) => value),
        min: min(({ value }) => value),
        max: max(({ value }) => value),
        stddev: stddev(({ value }) => value),
        percentiles: percentiles(({ value }) => value, [0, 0.5, 0.99, 1]),
        histogram: histogram(({ value }) => value, [-1, 0, 1]),
      },
    },
    texts: {
      keyBy: ({ key }) => key,
      window: sliding('1m', '20s'),
      allowedLateness: '1h',
      aggregate: {
        distinct: countDistinct(({ text }) => text),
        top: topK(({ text }) => text, 3),
        lengths: aggregate<Reading, number[], readonly number[]>({
          init: () => [],
          add: (lengths, { text }) => void lengths.push(text.length),
          merge: (one, other) => [...one, ...other].sort((a, b) => a - b),
          result: (lengths) => lengths,
        }),
      },
    },
    regions: {
      groupBy: rollup(['region', 'key']),
      window: calendar('day', { timeZone: 'Europe/Berlin' }),
      aggregate: { first: first(({ kept }) => kept), last: last(({ kept }) => kept) },
    },
    visits: {
      keyBy: ({ key }) => key,
      window: session(({ gapMs }) => gapMs, { maxGap: '1h' }),
      aggregate: {
        kept: collect({ limit: 10, of: ({ kept }) => kept }),
        processed: process((key: string, { count: events }, kept: readonly unknown[]) => ({ key, events, kept: kept.length }), {
          limit: 10,
          of: ({ kept }: Reading) => kept,
        }),
      },
    },
  },
});
