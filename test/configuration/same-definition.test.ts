import {
  afterCount,
  boundedOutOfOrderness,
  calendar,
  collect,
  count,
  countDistinct,
  cube,
  every,
  first,
  global,
  groupingSets,
  histogram,
  last,
  latency,
  max,
  mean,
  min,
  onEvent,
  percentile,
  percentiles,
  perSource,
  pipeline,
  type PipelineOptions,
  punctuated,
  rate,
  ratio,
  rollup,
  session,
  sliding,
  stddev,
  sum,
  topK,
  tumbling,
  variance,
  where,
} from 'mullion';
import { TestDriver } from 'mullion/testing';
import { describe, expect, test } from 'vitest';
import { readConfiguration } from '../../shared/configuration/read-configuration.ts';

interface Request {
  readonly at: number;
  readonly service: string;
  readonly user: { readonly id: number; readonly region?: string };
  readonly ms: number;
  readonly status: number;
  readonly upTo?: number;
}

const HOUR_MS = 3_600_000;

/** Ten hours of requests, some out of order by up to five seconds, some by hours. */
const REQUESTS = Array.from({ length: 400 }, (_, index): Request => {
  const inOrder = index * 90_000 + (index % 7) * 700;
  return {
    at: index % 50 === 49 ? inOrder - 3 * HOUR_MS : inOrder,
    service: index % 3 === 0 ? 'web' : 'batch',
    user: { id: (index * index) % 11, ...(index % 4 === 0 ? {} : { region: `r${index % 2}` }) },
    ms: ((index * 37) % 101) + 0.5,
    status: index % 13 === 0 ? 503 : 200,
    ...(index % 20 === 0 ? { upTo: inOrder - 1_000 } : {}),
  };
});

const requests = { key: 'service', aggregates: { n: 'count' } };
const n = { n: count() };
const byService = ({ service }: Request) => service;

/** What is the same besides. */
const text = (definition: object) => JSON.stringify({ name: 'requests', timestamp: 'at', watermark: { delay: '5s' }, ...definition });
const code = (options: Partial<PipelineOptions<Request>> & Pick<PipelineOptions<Request>, 'windows'>) =>
  pipeline<Request>('requests', { timestamp: ({ at }) => at, watermark: boundedOutOfOrderness('5s'), ...options });

const configured = (definition: object) =>
  readConfiguration(text(definition), 'pipeline.json', { name: undefined, isOptional: false }).pipeline;

async function run(definition: ReturnType<typeof configured>) {
  const driver = new TestDriver(definition);
  const panes: unknown[] = [];
  for (let from = 0; from < REQUESTS.length; from += 40) panes.push(...(await driver.send(REQUESTS.slice(from, from + 40))));
  panes.push(...(await driver.drain()));
  return { panes, counts: driver.counts(), refusals: driver.sideOutput() };
}

const windows: readonly [what: string, configuration: object, options: Parameters<typeof code>[0]['windows'][string]][] = [
  ['tumbling', { type: 'tumbling', size: '10m', ...requests }, { keyBy: byService, window: tumbling('10m'), aggregate: n }],
  [
    'tumbling, in milliseconds, moved, with lateness',
    { type: 'tumbling', size_ms: 600_000, offset: '-1m', allowed_lateness: '4h', accumulation: 'discarding', ...requests },
    { keyBy: byService, window: tumbling(600_000, { offset: '-1m' }), allowedLateness: '4h', accumulation: 'discarding', aggregate: n },
  ],
  [
    'sliding',
    { type: 'sliding', size: '1h', slide: '10m', allowed_lateness_ms: HOUR_MS, ...requests },
    { keyBy: byService, window: sliding('1h', '10m'), allowedLateness: '1h', aggregate: n },
  ],
  [
    'session',
    { type: 'session', gap: '2m', max_duration: '30m', accumulation: 'retracting', allowed_lateness: '1d', ...requests },
    {
      keyBy: byService,
      window: session('2m', { maxDuration: '30m' }),
      accumulation: 'retracting',
      allowedLateness: '1d',
      aggregate: n,
    },
  ],
  [
    'calendar',
    { type: 'calendar', unit: 'week', time_zone: 'Europe/Berlin', week_start: 'thursday', ...requests },
    { keyBy: byService, window: calendar('week', { timeZone: 'Europe/Berlin', weekStart: 'thursday' }), aggregate: n },
  ],
  [
    'global, fired early',
    { type: 'global', trigger: { early_firing: 'after 30 events', on_watermark: 'if_changed' }, ...requests },
    { keyBy: byService, window: global(), trigger: { early: afterCount(30), onTime: 'ifChanged' }, aggregate: n },
  ],
  [
    'fired every so often, and for late events',
    {
      type: 'tumbling',
      size: '1h',
      allowed_lateness: '5h',
      trigger: { early_firing: 'every 30s', late_firing: 'every 1m', on_watermark: true },
      ...requests,
    },
    {
      keyBy: byService,
      window: tumbling('1h'),
      allowedLateness: '5h',
      trigger: { early: every('30s'), late: every('1m') },
      aggregate: n,
    },
  ],
  [
    'fired for what is critical, with a fallback',
    { type: 'tumbling', size: '1h', trigger: { on_critical_event: { status: [{ numeric: ['>=', 500] }] }, fallback: '5s' }, ...requests },
    {
      keyBy: byService,
      window: tumbling('1h'),
      trigger: { early: onEvent<Request>(({ status }) => status >= 500, { fallback: '5s' }) },
      aggregate: n,
    },
  ],
  [
    'by several fields, of some events',
    {
      type: 'tumbling',
      size: '1h',
      group_by: ['service', 'status'],
      where: { user: { region: [{ exists: true }] } },
      aggregates: { n: 'count' },
    },
    { groupBy: ['service', 'status'], where: ({ user }) => user.region !== undefined, window: tumbling('1h'), aggregate: n },
  ],
  [
    'by a cube',
    { type: 'tumbling', size: '1h', group_by: { service: 'service', user: 'user.id' }, grouping: 'cube', aggregates: { n: 'count' } },
    { groupBy: cube<Request>({ service: byService, user: ({ user }) => user.id }), window: tumbling('1h'), aggregate: n },
  ],
  [
    'by a rollup',
    { type: 'tumbling', size: '1h', group_by: ['service', 'status'], grouping: 'rollup', aggregates: { n: 'count' } },
    { groupBy: rollup<Request>(['service', 'status']), window: tumbling('1h'), aggregate: n },
  ],
  [
    'by grouping sets',
    { type: 'tumbling', size: '1h', group_by: ['service', 'status'], grouping: [['service'], []], aggregates: { n: 'count' } },
    {
      groupBy: groupingSets<Request>([['service'], []], { service: byService, status: ({ status }) => status }),
      window: tumbling('1h'),
      aggregate: n,
    },
  ],
  [
    'with every aggregate',
    {
      type: 'tumbling',
      size: '2h',
      key: 'service',
      aggregates: {
        n: 'count',
        perSecond: 'rate',
        failed: { type: 'count', where: { status: [503] } },
        sum: { type: 'sum', of: 'ms' },
        mean: { type: 'mean', of: 'ms' },
        min: { type: 'min', of: 'ms' },
        max: { type: 'max', of: 'ms' },
        variance: { type: 'variance', of: 'ms' },
        stddev: { type: 'stddev', of: 'ms' },
        first: { type: 'first', of: 'user' },
        last: { type: 'last', of: { path: 'user.region', default: null } },
        median: { type: 'percentile', of: 'ms', at: 0.5 },
        tail: { type: 'percentiles', of: 'ms', at: [0.9, 0.99], relative_error: 0.02 },
        users: { type: 'count_distinct', of: 'user.id', precision: 10 },
        busiest: { type: 'top_k', of: '/user/id', k: 2, counters: 8 },
        failing: { type: 'ratio', matching: { status: [503] } },
        times: { type: 'histogram', of: 'ms', bounds: [10, 100] },
        some: { type: 'collect', of: 'ms', limit: 3 },
        service: { type: 'latency', of: 'ms', failed: { status: [503] } },
      },
    },
    {
      keyBy: byService,
      window: tumbling('2h'),
      aggregate: {
        n: count(),
        perSecond: rate(),
        failed: where<Request, number>(({ status }) => status === 503, count()),
        sum: sum((e: Request) => e.ms),
        mean: mean((e: Request) => e.ms),
        min: min((e: Request) => e.ms),
        max: max((e: Request) => e.ms),
        variance: variance((e: Request) => e.ms),
        stddev: stddev((e: Request) => e.ms),
        first: first((e: Request) => e.user),
        last: last((e: Request) => e.user.region ?? null),
        median: percentile((e: Request) => e.ms, 0.5),
        tail: percentiles((e: Request) => e.ms, [0.9, 0.99], { relativeError: 0.02 }),
        users: countDistinct((e: Request) => e.user.id, { precision: 10 }),
        busiest: topK((e: Request) => e.user.id, 2, { counters: 8 }),
        failing: ratio((e: Request) => e.status === 503),
        times: histogram((e: Request) => e.ms, [10, 100]),
        some: collect({ limit: 3, of: (e: Request) => e.ms }),
        service: latency({ of: (e: Request) => e.ms, failed: (e: Request) => e.status === 503 }),
      },
    },
  ],
];

describe('a window without code has the fingerprint and the panes of one in TypeScript', () => {
  test.each(windows)('%s', async (_what, window, options) => {
    const [here, there] = [configured({ windows: { w: window } }), code({ windows: { w: options } })];
    expect(here.description).toEqual(there.description);
    expect(here.fingerprint).toBe(there.fingerprint);
    const outcome = await run(here);
    expect(outcome).toEqual(await run(there as never));
    expect(outcome.panes.length).toBeGreaterThan(1);
  });
});

const w = { type: 'tumbling', size: '1h', aggregates: { n: 'count' } };
const inCode = { w: { keyBy: byService, window: tumbling('1h'), aggregate: n } };

const pipelines: readonly [what: string, configuration: object, options: Parameters<typeof code>[0]][] = [
  [
    'a delay for each source',
    { watermark: { source: 'service', delays: { web: '5s', batch: '4h' } }, windows: { w: { ...w, key: 'service' } } },
    {
      watermark: perSource<Request>(byService, { web: boundedOutOfOrderness('5s'), batch: boundedOutOfOrderness('4h') }),
      windows: inCode,
    },
  ],
  [
    'a marker',
    { watermark: { marker: 'upTo' }, key: 'service', windows: { w } },
    { watermark: punctuated<Request>(({ upTo }) => upTo), windows: inCode },
  ],
  [
    'everything else',
    {
      key: 'service',
      filter: { $or: [{ status: [200] }, { service: ['web'] }] },
      idle_timeout: 'never',
      max_future_skew: '2h',
      dedupe: { by: 'ms', within: '1h' },
      rules: 'live',
      lanes: 3,
      windows: { w },
    },
    {
      filter: ({ status, service }) => status === 200 || service === 'web',
      idleness: 'hold',
      maxFutureSkew: '2h',
      dedupe: { by: ({ ms }) => ms, within: '1h' },
      rules: 'live',
      lanes: 3,
      windows: inCode,
    },
  ],
];

test('and so has a pipeline that declares its input', () => {
  const said = { format: 'ndjson', compression: 'gzip', aggregation: 'kpl' } as const;
  const options = { windows: { w: { keyBy: byService, window: tumbling('1m'), aggregate: n } } };
  const here = configured({ ...said, windows: { w: { type: 'tumbling', size: '1m', ...requests } } });
  expect([here.input, here.fingerprint]).toEqual([code({ ...said, ...options }).input, code(options).fingerprint]);
});

describe('and so has a pipeline', () => {
  test.each(pipelines)('with %s', async (_what, configuration, options) => {
    const [here, there] = [configured(configuration), code(options)];
    expect(here.fingerprint).toBe(there.fingerprint);
    expect([here.idleTimeoutMs, here.maxFutureSkewMs, here.lanes, here.deduplication?.withinMs, here.options.rules]).toEqual([
      there.idleTimeoutMs,
      there.maxFutureSkewMs,
      there.lanes,
      there.deduplication?.withinMs,
      there.options.rules,
    ]);
    const outcome = await run(here);
    expect(outcome).toEqual(await run(there as never));
    expect(outcome.panes.length).toBeGreaterThan(1);
  });
});
