import { TestDriver } from 'mullion/testing';
import { describe, expect, test } from 'vitest';
import { isPath, optionalReader, readerOf } from '../../shared/configuration/event-path.ts';
import { readConfiguration } from '../../shared/configuration/read-configuration.ts';
import { isTimestampFormat, timestampReader } from '../../shared/configuration/timestamp-format.ts';

const EVENT = JSON.parse(
  '{"a":{"b.c":1,"d/e":2,"~":3},"items":[{"price":4},null],"text":"t","nothing":null,"__proto__":{"x":5}}',
) as unknown;

describe('a path', () => {
  test.each([
    ['text', 't'],
    ['items.0.price', 4],
    ['items.1', null],
    ['items.2.price', undefined],
    ['items.length', undefined],
    ['items.1.price', undefined],
    ['text.0', undefined],
    ['nothing', null],
    ['toString', undefined],
    ['a.constructor', undefined],
    ['__proto__.x', 5],
    ['/a/b.c', 1],
    ['/a/d~1e', 2],
    ['/a/~0', 3],
    ['/items/0/price', 4],
  ])('%s reads %j', (path, value) => {
    expect(isPath(path)).toBe(true);
    expect(optionalReader(path)(EVENT)).toBe(value);
  });

  test.each(['', '.', 'a.', '.a', 'a..b', '/a/~2', '/~', Array(21).fill('a').join('.')])('%j is none', (path) =>
    expect(isPath(path)).toBe(false),
  );

  test('that leads nowhere takes the default, or says so; what is there and null is there', () => {
    expect(readerOf({ path: 'a.x', default: 0 })(EVENT)).toBe(0);
    expect(readerOf({ path: 'nothing', default: 0 })(EVENT)).toBe(null);
    expect(() => readerOf('a.x')(EVENT)).toThrow('the event has nothing at a.x');
    for (const event of [null, 5, 'a', undefined]) expect(() => readerOf('a')(event)).toThrow('the event has nothing at a');
  });
});

describe('a time', () => {
  test.each<[format: string, value: unknown, time: string]>([
    ['epoch_s', 1.001, '1970-01-01T00:00:01.001Z'],
    ['epoch_s', -86_400, '1969-12-31T00:00:00.000Z'],
    ['iso8601', '2001-01-10', '2001-01-10T00:00:00.000Z'],
    ['iso8601', '2001-01-10T18:20', '2001-01-10T18:20:00.000Z'],
    ['iso8601', '2001-01-10 18:20:05.1239', '2001-01-10T18:20:05.123Z'],
    ['iso8601', '2001-01-10T18:20:05Z', '2001-01-10T18:20:05.000Z'],
    ['iso8601', '2001-01-10T01:20:05+05:30', '2001-01-09T19:50:05.000Z'],
    ['iso8601', '2001-01-10T18:20:05,5-0800', '2001-01-11T02:20:05.500Z'],
    ['iso8601', '0099-03-01T00:00Z', '0099-03-01T00:00:00.000Z'],
    ['iso8601', '2000-02-29', '2000-02-29T00:00:00.000Z'],
    ['yyyy/MM/dd HH:mm', '2001/01/10 18:20', '2001-01-10T18:20:00.000Z'],
    ['dd.MM.yyyy', '10.01.2001', '2001-01-10T00:00:00.000Z'],
    ['yyyyMMddTHHmmss.SSSZ', '20010110T182005.007Z', '2001-01-10T18:20:05.007Z'],
  ])('as %s: %j', (format, value, time) => {
    expect(isTimestampFormat(format)).toBe(true);
    expect(new Date(timestampReader(format)(value)).toISOString()).toBe(time);
  });

  test.each<[format: string, value: unknown]>([
    ['epoch_s', '1'],
    ['epoch_ms', '1'],
    ['epoch_ms', null],
    ['iso8601', 5],
    ['iso8601', '2001-02-29'],
    ['iso8601', '2001-13-01'],
    ['iso8601', '2001-01-00'],
    ['iso8601', '2001-01-10T24:00'],
    ['iso8601', '2001-01-10T18:60'],
    ['iso8601', '2001-01-10T18:20:05+24:00'],
    ['iso8601', '2001-01-10T18:20:05Z and more'],
    ['iso8601', 'tomorrow'],
    ['dd.MM.yyyy', '10-01-2001'],
  ])('as %s: %j is none', (format, value) =>
    expect(() => timestampReader(format)(value)).toThrow(`${JSON.stringify(value)} is no time as ${format}`),
  );

  test.each(['', 'iso', 'yyyy', 'yyyy-MM-dd hh:mm', 'MM/dd', 'yyyy-MM-dd-dd', 'epoch'])('%j is no format', (format) => {
    expect(isTimestampFormat(format)).toBe(false);
  });
});

test('an event that has not what a path reads is refused, with the reason, and no other', async () => {
  const { pipeline } = readConfiguration(
    `name: orders
timestamp: { path: time.at, format: iso8601 }
watermark: { source: from, delays: { web: 5s } }
windows: { hours: { type: tumbling, size: 1h, key: store.id, aggregates: { total: { type: sum, of: amount } } } }`,
    'pipeline.yaml',
    { name: undefined, isOptional: false },
  );
  const driver = new TestDriver(pipeline);
  const event = { time: { at: '1970-01-01T00:10' }, from: 'web', store: { id: 7 }, amount: 2 };
  await driver.send([
    event,
    { ...event, time: {} },
    { ...event, time: { at: 5 } },
    { ...event, from: undefined },
    { ...event, store: 'x' },
    { ...event, amount: undefined },
  ]);
  expect(await driver.drain()).toMatchObject([{ key: '7', value: { total: 2 }, count: 1 }]);
  expect(driver.sideOutput().map(({ reason }) => reason)).toMatchObject([
    { code: 'timestamp', message: 'timestamp threw MissingValue: the event has nothing at time.at' },
    { code: 'timestamp', message: 'timestamp threw UnreadableTimestamp: 5 is no time as iso8601' },
    { code: 'source', message: 'watermark threw MissingValue: the event has nothing at from' },
    { code: 'key', message: 'windows.hours.keyBy threw MissingValue: the event has nothing at store.id' },
    { code: 'value', message: expect.stringContaining('the event has nothing at amount') },
  ]);
});
