import { boundedOutOfOrderness, count, max, min, pipeline, sliding, sum, tumbling } from 'mullion';
import type { KeyKind } from '../../shared/cost/measured.ts';
import type { Workload } from '../../shared/cost/workload.ts';
import { randomFrom } from '../random.ts';

/** An event of the cost model: a key and a value with two decimals, both random, for patterns would flatter whatever compresses them. */
export interface Order {
  readonly key: string;
  readonly at: number;
  readonly amount: number;
}

/** The pipeline that a workload describes. */
export function ordersOf({ windowMs, slideMs, lanes, outOfOrdernessMs }: Workload, name = 'orders') {
  return pipeline<Order>(name, {
    timestamp: ({ at }) => at,
    watermark: boundedOutOfOrderness(outOfOrdernessMs),
    lanes,
    windows: {
      perKey: {
        keyBy: ({ key }) => key,
        window: slideMs === windowMs ? tumbling(windowMs) : sliding(windowMs, slideMs),
        aggregate: {
          orders: count(),
          total: sum(({ amount }) => amount),
          least: min(({ amount }) => amount),
          most: max(({ amount }) => amount),
        },
      },
    },
  });
}

export function orderAt(at: number, key: string, random: () => number): Order {
  return { key, at, amount: Math.round(random() * 100_000) / 100 };
}

/** The `index`th key of its kind. */
export function keyOf(kind: KeyKind, index: number): string {
  if (kind === 'id') return `user-${index}`;
  const random = randomFrom(index + 1);
  // The first numbers of neighbouring seeds are alike.
  random();
  if (kind === 'email') return `${word(random)}.${word(random)}${index % 100}@${word(random)}.example`;
  const hex = Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16)).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}

const SYLLABLES = ['an', 'ber', 'ca', 'da', 'el', 'fi', 'gu', 'han', 'in', 'jo', 'ka', 'lu', 'ma', 'no', 'ol', 'pe'];

function word(random: () => number): string {
  return `${syllable(random)}${syllable(random)}`;
}

function syllable(random: () => number): string {
  return SYLLABLES[Math.floor(random() * SYLLABLES.length)] as string;
}
