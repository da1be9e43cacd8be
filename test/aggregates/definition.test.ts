import {
  aggregate,
  boundedOutOfOrderness,
  collect,
  count,
  countDistinct,
  DefinitionError,
  first,
  histogram,
  latency,
  max,
  mean,
  percentile,
  percentiles,
  pipeline,
  ratio,
  sum,
  topK,
  tumbling,
  variance,
  where,
  type Aggregate,
} from 'mullion';
import { describe, expect, test } from 'vitest';

const of = (value: number) => value;
const any = (_value: number) => true;
const own = { init: () => 0, add: (n: number) => n, merge: (n: number) => n, result: (n: number) => n };

function define(it: Aggregate<never, unknown>) {
  const options = {
    timestamp: () => 0,
    watermark: boundedOutOfOrderness(0),
    windows: { w: { keyBy: () => 'k', window: tumbling('1h'), aggregate: { it } } },
  };
  return pipeline<never>('p', options as never);
}

describe('an aggregate that cannot work is refused where it stands, with what was given and what is allowed', () => {
  test.each<[what: string, wrong: Aggregate<never, unknown>, field: string, message: string]>([
    ['variance over a field name', variance('ms' as never), '', "'ms' is not allowed here; allowed: a function from the event to a number"],
    [
      'first over nothing',
      first(undefined as never),
      '',
      'undefined is not allowed here; allowed: a function from the event to a JSON value',
    ],
    ['a percentile beyond 1', percentile(of, 1.5), '.p', '1.5 is not allowed here; allowed: a number from 0 to 1'],
    ['a percentile in percent', percentile(of, 99), '.p', '99 is not allowed here; allowed: a number from 0 to 1'],
    ['a percentile that is text', percentile(of, '0.5' as never), '.p', "'0.5' is not allowed here"],
    [
      'an error of 0',
      percentile(of, 0.5, { relativeError: 0 }),
      '.relativeError',
      '0 is not allowed here; allowed: a number from 0.001 to 0.2',
    ],
    ['no percentiles', percentiles(of, []), '.ps', 'an array of 0 is not allowed here; allowed: 1 to 20 different numbers from 0 to 1'],
    ['percentiles that are one number', percentiles(of, 0.5 as never), '.ps', '0.5 is not allowed here; allowed: 1 to 20 different'],
    ['a wrong one among percentiles', percentiles(of, [0.5, -1]), '.ps.1', '-1 is not allowed here; allowed: a number from 0 to 1'],
    ['a percentile twice', percentiles(of, [0.5, 0.5]), '.ps.1', '0.5 is not allowed here; allowed: 1 to 20 different'],
    [
      'a precision of 3',
      countDistinct(String, { precision: 3 }),
      '.precision',
      '3 is not allowed here; allowed: a whole number from 8 to 18',
    ],
    ['a precision that is not whole', countDistinct(String, { precision: 10.5 }), '.precision', '10.5 is not allowed here'],
    ['a top of 0', topK(String, 0), '.k', '0 is not allowed here; allowed: a whole number from 1 to 1000'],
    [
      'fewer counters than twice k',
      topK(String, 10, { counters: 15 }),
      '.counters',
      '15 is not allowed here; allowed: a whole number from 20 to 100000',
    ],
    [
      'a histogram without bounds',
      histogram(of, undefined as never),
      '.bounds',
      'undefined is not allowed here; allowed: 1 to 256 finite numbers',
    ],
    [
      'bounds that fall',
      histogram(of, [1, 3, 2]),
      '.bounds.2',
      '2 is not allowed here; allowed: 1 to 256 finite numbers, each greater than the one before',
    ],
    ['bounds that are equal', histogram(of, [1, 1]), '.bounds.1', '1 is not allowed here'],
    ['a bound that is infinite', histogram(of, [0, Number.POSITIVE_INFINITY]), '.bounds.1', 'Infinity is not allowed here'],
    ['a ratio without a predicate', ratio(undefined as never), '', 'allowed: a function from the event to true or false'],
    ['a limit of 0', collect({ limit: 0 }), '.limit', '0 is not allowed here; allowed: a whole number from 1 to 1000'],
    ['no limit', collect(undefined as never), '.limit', 'undefined is not allowed here; allowed: a whole number from 1 to 1000'],
    ['collecting a field name', collect({ limit: 1, of: 'id' as never }), '.of', "'id' is not allowed here; allowed: a function"],
    [
      'where without a predicate',
      where('ok' as never, count()),
      '.predicate',
      "'ok' is not allowed here; allowed: a function from the event to true or false",
    ],
    [
      'where without an aggregate',
      where(() => true, undefined as never),
      '.aggregate',
      'undefined is not allowed here; allowed: an aggregate such as count()',
    ],
    [
      'where with a wrong aggregate',
      where(() => true, percentile(of, 2)),
      '.aggregate.p',
      '2 is not allowed here; allowed: a number from 0 to 1',
    ],
    [
      'latency without times',
      latency({ failed: () => false } as never),
      '.of',
      'undefined is not allowed here; allowed: a function from the event to a number',
    ],
    [
      'latency without failures',
      latency({ of } as never),
      '.failed',
      'undefined is not allowed here; allowed: a function from the event to true or false',
    ],
    ['an own aggregate of nothing', aggregate(undefined as never), '.init', 'undefined is not allowed here; allowed: a function'],
    [
      'an own aggregate without merge',
      aggregate({ ...own, merge: undefined as never }),
      '.merge',
      'undefined is not allowed here; allowed: a function',
    ],
    [
      'a beginning that is not JSON',
      aggregate({ ...own, init: () => new Map() as never }),
      '.init',
      'an object is not allowed here; allowed: a function that gives a JSON value',
    ],
    ['a version of 0', aggregate({ ...own, version: 0 }), '.version', '0 is not allowed here'],
    [
      'a length of 0',
      aggregate({ ...own, lengthMax: 0 }),
      '.lengthMax',
      '0 is not allowed here; allowed: a whole number from 1 to 1000000',
    ],
  ])('%s', (_what, wrong, field, message) => {
    expect(() => define(wrong)).toThrow(DefinitionError);
    expect(() => define(wrong)).toThrow(
      expect.objectContaining({ problems: [{ field: `windows.w.aggregate.it${field}`, message: expect.stringContaining(message) }] }),
    );
  });
});

describe('a description', () => {
  test('tells every parameter apart, so that state of one is never read as that of another', () => {
    const all: Aggregate<never, unknown>[] = [
      ...[sum(of), mean(of), max(of), variance(of), first(of), count()],
      ...[
        percentile(of, 0.5),
        percentile(of, 0.9),
        percentile(of, 0.5, { relativeError: 0.02 }),
        percentiles(of, [0.5]),
        percentiles(of, [0.5, 0.9]),
      ],
      ...[countDistinct(String), countDistinct(String, { precision: 12 })],
      ...[topK(String, 3), topK(String, 4), topK(String, 3, { counters: 100 })],
      ...[histogram(of, [1]), histogram(of, [1, 2]), histogram(of, [2])],
      ...[collect({ limit: 1 }), collect({ limit: 2 }), collect({ limit: 1, of })],
      ...[where(any, sum(of)), where(any, mean(of)), where(any, where(any, sum(of)))],
      ...[aggregate(own), aggregate({ ...own, version: 2 }), aggregate({ ...own, init: () => 1 })],
    ];
    expect(new Set(all.map((each) => each.describe)).size).toBe(all.length);
    for (const each of all) expect(Object.isFrozen(each)).toBe(true);
  });
});
