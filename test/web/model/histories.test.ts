import { describe, expect, test } from 'vitest';
import { LagHistory } from '../../../web/model/lag-history.ts';
import { RateHistory } from '../../../web/model/rate-history.ts';
import { readSelection, writeSelection } from '../../../web/model/selection.ts';
import { picture } from './pictures.ts';

type Shard = NonNullable<ReturnType<typeof picture>['watermarks']>['shards'][number];

const looked = (nowMs: number, ...shards: Shard[]) => [nowMs, { id: 'shop', watermark: 0, lanes: [], shards }] as const;

describe('events a second', () => {
  test('are told by totals, whatever the time between two looks', () => {
    const rates = new RateHistory();
    expect(rates.recent).toBeUndefined();
    rates.take(0, 100);
    rates.take(1_000, 150);
    rates.take(3_000, 250);
    expect(rates.samples.map(({ perSecond }) => perSecond)).toEqual([50, 50]);
    expect(rates.recent).toBe(50);
    expect(rates.mean).toBeUndefined();
  });
});

describe('how far shards were behind', () => {
  test('is a column each, of one length, also of one that came later', () => {
    const lags = new LagHistory();
    lags.take(...looked(10_000, { shard: 'a', watermark: 9_000 }));
    lags.take(...looked(11_000, { shard: 'a', watermark: 9_000 }, { shard: 'b', watermark: 10_500 }, { shard: 'c' }));
    expect(lags.atMs).toEqual([10_000, 11_000]);
    expect(Object.fromEntries(lags.byShard)).toEqual({ a: [1_000, 2_000], b: [null, 500] });
  });

  test('is far where every shard tells of what happened long ago', () => {
    const lags = new LagHistory();
    expect(lags.isFar).toBe(false);
    lags.take(...looked(1e12, { shard: 'a', watermark: 0 }, { shard: 'b', watermark: 1e12 - 1_000 }));
    expect(lags.isFar).toBe(false);
    lags.take(...looked(1e12, { shard: 'a', watermark: 0 }, { shard: 'b', watermark: 5 }, { shard: 'c' }));
    expect(lags.isFar).toBe(true);
  });

  test('is forgotten of a shard that has been gone for as long as anything is remembered', () => {
    const lags = new LagHistory();
    lags.take(...looked(0, { shard: 'a', watermark: 0 }, { shard: 'b', watermark: 0 }));
    for (let second = 1; second <= 400; second++) lags.take(...looked(1_000 * second, { shard: 'b', watermark: 0 }));
    expect([...lags.byShard.keys()]).toEqual(['b']);
    expect(lags.byShard.get('b')).toHaveLength(lags.atMs.length);
  });
});

test('what is looked at is in the address, and comes back from there', () => {
  const selection = { pipeline: 'shop', window: 'stores', prefix: 'a&b=ø' };
  expect(readSelection(writeSelection(selection))).toEqual(selection);
  expect(writeSelection({ pipeline: '', window: '', prefix: '' })).toBe('');
});
