import {
  boundedOutOfOrderness,
  count,
  type Duration,
  DefinitionError,
  max,
  mean,
  pipeline,
  type PipelineOptions,
  sum,
  tumbling,
} from 'mullion';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { isPipeline } from '../../shared/pipeline/define-pipeline.ts';

interface Order {
  readonly at: number;
  readonly shop: string;
  readonly amount: number;
}

const perShop = {
  keyBy: ({ shop }: Order) => shop,
  window: tumbling('1h'),
  aggregate: { orders: count(), total: sum(({ amount }: Order) => amount) },
};

const valid = {
  timestamp: ({ at }: Order) => at,
  watermark: boundedOutOfOrderness('10s'),
  windows: { perShop },
};

/** Defines what the compiler would refuse; a user of plain JavaScript can. */
function define(options: unknown, name: unknown = 'orders') {
  return () => pipeline<Order>(name as string, options as PipelineOptions<Order>);
}

const withWindow = (window: object) => ({ ...valid, windows: { perShop: { ...perShop, ...window } } });
const without = (option: string) => ({ ...valid, [option]: undefined });

describe('a definition that cannot work is refused with pipeline, field, what was given and what is allowed', () => {
  test.each<[what: string, define: () => unknown, field: string, parts: string[]]>([
    [
      'a name that is empty',
      define(valid, ''),
      'name',
      ["pipeline '', name:", "'' is not allowed here", '1 to 64 letters, digits, - or _'],
    ],
    ['a name with a separator', define(valid, 'a#b'), 'name', ["'a#b' is not allowed here", 'a letter first']],
    ['a name that starts with a digit', define(valid, '2fast'), 'name', ["'2fast' is not allowed here"]],
    ['a name of 65 letters', define(valid, 'a'.repeat(65)), 'name', ['is not allowed here', '1 to 64 letters']],
    ['a name that is a number', define(valid, 7), 'name', ['pipeline 7, name: 7 is not allowed here']],
    ['no options', define(undefined), '', ["pipeline 'orders': it is missing; needed: an object"]],
    ['options that are text', define('1h'), '', ["'1h' is not allowed here; allowed: an object"]],
    [
      'a format that there is not',
      define({ ...valid, format: 'avro' }),
      'format',
      ["'avro' is not allowed here", "'json', 'ndjson', 'cloudevents' or"],
    ],
    [
      'a decoder that is none',
      define({ ...valid, decode: 'avro' }),
      'decode',
      ["'avro' is not allowed here; allowed: a function of the bytes"],
    ],
    [
      'a format and a decoder',
      define({ ...valid, format: 'json', decode: () => [] }),
      'format',
      ["'json' is not allowed here; allowed: only one of format and decode"],
    ],
    [
      'a compression of nothing',
      define({ ...valid, compression: 'gzip' }),
      'compression',
      ["'gzip' is not allowed here; allowed: format or decode"],
    ],
    [
      'an aggregation of what is gzip by itself',
      define({ ...valid, format: 'cloudwatch-logs', aggregation: 'kpl' }),
      'aggregation',
      ["nothing beside format 'cloudwatch-logs'"],
    ],
    ['no timestamp', define(without('timestamp')), 'timestamp', ['it is missing; needed: a function of the event']],
    [
      'a timestamp that is a field name',
      define({ ...valid, timestamp: 'at' }),
      'timestamp',
      ["'at' is not allowed here; allowed: a function of the event"],
    ],
    [
      'no watermark',
      define(without('watermark')),
      'watermark',
      ["it is missing; needed: a watermark strategy such as boundedOutOfOrderness('10s')"],
    ],
    [
      'a watermark that is a duration',
      define({ ...valid, watermark: '10s' }),
      'watermark',
      ["'10s' is not allowed here; allowed: a watermark strategy"],
    ],
    [
      'a bound below zero',
      define({ ...valid, watermark: boundedOutOfOrderness('-1s') }),
      'watermark.bound',
      ["'-1s'", 'allowed: at least 0 ms'],
    ],
    [
      'a bound that is no duration',
      define({ ...valid, watermark: boundedOutOfOrderness('soon' as Duration) }),
      'watermark.bound',
      ["'soon'", "allowed: '500ms'"],
    ],
    [
      'a filter that is no function',
      define({ ...valid, filter: true }),
      'filter',
      ['true is not allowed here; allowed: a function of the event'],
    ],
    ['a skew that is no duration', define({ ...valid, maxFutureSkew: '1 hour' }), 'maxFutureSkew', ["'1 hour'", "allowed: '500ms', '30s'"]],
    ['a skew below zero', define({ ...valid, maxFutureSkew: -1 }), 'maxFutureSkew', ['-1 is not allowed here; allowed: at least 0 ms']],
    [
      'a skew that is a date',
      define({ ...valid, maxFutureSkew: new Date(0) }),
      'maxFutureSkew',
      ["a Date is not allowed here; allowed: a duration such as '5m'"],
    ],
    ['no windows', define(without('windows')), 'windows', ['it is missing; needed: an object (windows by name)']],
    [
      'windows in an array',
      define({ ...valid, windows: [perShop] }),
      'windows',
      ['an array of 1 is not allowed here; allowed: an object (windows by name)'],
    ],
    ['not one window', define({ ...valid, windows: {} }), 'windows', ['an object is not allowed here; allowed: at least one window']],
    [
      'a window with a bad name',
      define({ ...valid, windows: { 'per shop': perShop } }),
      'windows.per shop',
      ["the name 'per shop' is not allowed; allowed: 1 to 64"],
    ],
    [
      'a window that is none',
      define({ ...valid, windows: { perShop: tumbling } }),
      'windows.perShop',
      ['a function is not allowed here; allowed: an object'],
    ],
    [
      'no key',
      define(withWindow({ keyBy: undefined })),
      'windows.perShop.keyBy',
      ['allowed: a function of the event, or groupBy with several fields'],
    ],
    [
      'a key that is a field name',
      define(withWindow({ keyBy: 'shop' })),
      'windows.perShop.keyBy',
      ["'shop' is not allowed here; allowed: a function of the event"],
    ],
    [
      'a window that is a duration',
      define(withWindow({ window: '1h' })),
      'windows.perShop.window',
      ["'1h' is not allowed here; allowed: a window such as tumbling('1h')"],
    ],
    [
      'a size of zero',
      define(withWindow({ window: tumbling(0) })),
      'windows.perShop.window.size',
      ['0 is not allowed here; allowed: at least 1 ms'],
    ],
    [
      'an offset that is no duration',
      define(withWindow({ window: tumbling('1h', { offset: 'x' as Duration }) })),
      'windows.perShop.window.offset',
      ["'x'", "allowed: '500ms'"],
    ],
    [
      'a lateness below zero',
      define(withWindow({ allowedLateness: '-1h' })),
      'windows.perShop.allowedLateness',
      ["'-1h' is not allowed here; allowed: at least 0 ms"],
    ],
    [
      'a lateness beyond reason',
      define(withWindow({ allowedLateness: '200000d' })),
      'windows.perShop.allowedLateness',
      ['allowed: at most 100000 days'],
    ],
    [
      'a lateness that is a function',
      define(withWindow({ allowedLateness: () => 1 })),
      'windows.perShop.allowedLateness',
      ['a function is not allowed here'],
    ],
    [
      'no aggregate',
      define(withWindow({ aggregate: undefined })),
      'windows.perShop.aggregate',
      ['it is missing; needed: an object (aggregates by name)'],
    ],
    [
      'not one aggregate',
      define(withWindow({ aggregate: {} })),
      'windows.perShop.aggregate',
      ['an object is not allowed here; allowed: at least one aggregate'],
    ],
    [
      'an aggregate that was not called',
      define(withWindow({ aggregate: { n: count } })),
      'windows.perShop.aggregate.n',
      ['a function is not allowed here; allowed: an aggregate such as count()'],
    ],
    [
      'an aggregate over a field name',
      define(withWindow({ aggregate: { total: sum('amount' as never) } })),
      'windows.perShop.aggregate.total',
      ["'amount' is not allowed here; allowed: a function from the event to a number"],
    ],
    [
      'an aggregate with a bad name',
      define(withWindow({ aggregate: { 'all orders': count() } })),
      'windows.perShop.aggregate.all orders',
      ["the name 'all orders' is not allowed"],
    ],
    [
      'an option that there is not',
      define({ ...valid, parallelism: 4 }),
      'parallelism',
      [
        "there is no option 'parallelism'; allowed: format, decode, compression, aggregation, timestamp, watermark, filter, enrich, map, rules, dedupe, maxFutureSkew, idleness, lanes, windows",
      ],
    ],
    [
      'a misspelled option',
      define({ ...valid, filtr: () => true }),
      'filtr',
      ["there is no option 'filtr'; did you mean 'filter'? allowed: format"],
    ],
    [
      'a misspelled option of a window',
      define(withWindow({ allowedLatenes: '1h' })),
      'windows.perShop.allowedLatenes',
      ["did you mean 'allowedLateness'? allowed: keyBy, groupBy, where, window, allowedLateness, trigger, accumulation, aggregate"],
    ],
  ])('%s', (_what, refused, field, parts) => {
    expect(refused).toThrow(DefinitionError);
    expect(refused).toThrow(expect.objectContaining({ problems: [{ field, message: expect.any(String) }] }));
    for (const part of parts) expect(refused).toThrow(part);
    // One line, and it says where.
    expect(refused).toThrow(
      field === '' ? /^pipeline 'orders': [^\n]*$/ : new RegExp(`^pipeline [^\n]*, ${field.replaceAll('.', '\\.')}: [^\n]*$`),
    );
  });

  test('a required option under a misspelled name is one mistake, not two', () => {
    const { watermark, ...others } = valid;
    expect(define({ ...others, watermrk: watermark })).toThrow(
      /^pipeline 'orders', watermrk: there is no option 'watermrk'; did you mean 'watermark'\?[^\n]*$/,
    );
  });

  test('every problem of a definition is told at once, a line each', () => {
    const refused = define({
      ...valid,
      watermark: boundedOutOfOrderness('x' as Duration),
      windows: { a: { ...perShop, window: tumbling(0) }, b: { ...perShop, allowedLateness: -1 } },
    });
    expect(refused).toThrow(
      expect.objectContaining({
        pipeline: 'orders',
        problems: [{ field: 'watermark.bound' }, { field: 'windows.a.window.size' }, { field: 'windows.b.allowedLateness' }].map(
          (problem) => expect.objectContaining(problem),
        ),
      }),
    );
    expect(refused).toThrow(
      /^pipeline 'orders', watermark\.bound: .*\npipeline 'orders', windows\.a\.window\.size: .*\npipeline 'orders', windows\.b\.allowedLateness: .*$/,
    );
  });
});

describe('a definition', () => {
  test('is frozen, and the object it was made from may change afterwards', () => {
    const aggregate: Record<string, ReturnType<typeof count>> = { n: count() };
    const windows: Record<string, PipelineOptions<Order>['windows'][string]> = { perShop: { ...perShop, aggregate } };
    const orders = pipeline<Order>('orders', { ...valid, windows });
    const { fingerprint } = orders;

    for (const part of [
      orders,
      orders.options,
      orders.options.windows,
      orders.options.windows.perShop,
      orders.options.windows.perShop?.aggregate,
      orders.operators,
      orders.operators[0],
    ]) {
      expect(Object.isFrozen(part)).toBe(true);
    }
    aggregate.more = count();
    windows.another = perShop;
    expect(Object.keys(orders.options.windows)).toEqual(['perShop']);
    expect(Object.keys(orders.options.windows.perShop?.aggregate ?? {})).toEqual(['n']);
    expect(orders.operators.map(({ aggregateNames }) => aggregateNames)).toEqual([['n']]);
    expect(orders.fingerprint).toBe(fingerprint);
  });

  test('lets an event be an hour ahead of its arrival, unless it says otherwise', () => {
    expect(pipeline<Order>('orders', valid).maxFutureSkewMs).toBe(3_600_000);
    expect(pipeline<Order>('orders', { ...valid, maxFutureSkew: '5m' }).maxFutureSkewMs).toBe(300_000);
  });
});

describe('the fingerprint', () => {
  const fingerprint = (options: unknown) => define(options)().fingerprint;
  const base = fingerprint(valid);

  test.each<[what: string, options: unknown]>([
    ['the size of a window', withWindow({ window: tumbling('2h') })],
    ['the offset of a window', withWindow({ window: tumbling('1h', { offset: '5m' }) })],
    ['the allowed lateness', withWindow({ allowedLateness: '1ms' })],
    ['the watermark', { ...valid, watermark: boundedOutOfOrderness('11s') }],
    ['an aggregate', withWindow({ aggregate: { orders: count(), total: mean(({ amount }: Order) => amount) } })],
    ['the name of an aggregate', withWindow({ aggregate: { orders: count(), sum: perShop.aggregate.total } })],
    ['the order of aggregates', withWindow({ aggregate: { total: perShop.aggregate.total, orders: count() } })],
    ['one more aggregate', withWindow({ aggregate: { ...perShop.aggregate, highest: max(({ amount }: Order) => amount) } })],
    ['the name of a window', { ...valid, windows: { byShop: perShop } }],
    ['one more window', { ...valid, windows: { perShop, again: perShop } }],
  ])('changes with %s', (_what, options) => {
    expect(fingerprint(options)).not.toBe(base);
  });

  test.each<[what: string, options: unknown]>([
    [
      'the text of functions',
      {
        ...valid,
        timestamp: (order: Order) => order.at + 0,
        windows: { perShop: { ...perShop, keyBy: (order: Order) => order.shop.trim() } },
      },
    ],
    ['what an aggregate reads', withWindow({ aggregate: { orders: count(), total: sum(({ amount }: Order) => amount * 100) } })],
    ['another way to write a duration', withWindow({ window: tumbling('60m', { offset: '2h' }), allowedLateness: '0s' })],
    ['a filter', { ...valid, filter: () => true }],
    ['the skew', { ...valid, maxFutureSkew: '2h' }],
  ])('does not change with %s', (_what, options) => {
    expect(fingerprint(options)).toBe(base);
  });
});

describe('isPipeline', () => {
  afterEach(() => vi.resetModules());

  test('knows a pipeline that another copy of the package made', async () => {
    vi.resetModules();
    const copy = await import('../../shared/mullion.ts');
    expect(copy.pipeline).not.toBe(pipeline);
    expect(isPipeline(copy.pipeline<Order>('orders', { ...valid, watermark: copy.boundedOutOfOrderness('10s') }))).toBe(true);
    expect(isPipeline(pipeline<Order>('orders', valid))).toBe(true);
  });

  test.each([[undefined], [null], ['orders'], [valid], [pipeline], [{ name: 'orders', operators: [] }]])(
    'does not take %o for one',
    (value) => {
      expect(isPipeline(value)).toBe(false);
    },
  );
});
