import type { Purchase } from './examples/shop.ts';

const STORES = ['oslo', 'bergen', 'malmö', 'aarhus', 'turku', 'tartu', 'riga', 'gdańsk'];

/** What happens in the shops up to a moment: a little out of order, a few too late, and some that cannot be read. */
export function* purchasesOf(nowMs: number, count: number, users = 400): Generator<Purchase | string> {
  for (let index = 0; index < count; index++) {
    const chance = Math.random();
    if (chance < 0.002) {
      yield `{"at": "yesterday", "store": ${index}`;
      continue;
    }
    const lateMs = chance < 0.008 ? 4_000 + 14_000 * Math.random() : 1_600 * Math.random() ** 2;
    yield {
      at: Math.round(nowMs - lateMs),
      store: STORES[Math.floor(STORES.length * Math.random() ** 1.6)] as string,
      user: `user-${Math.floor(users * Math.random() ** 2)}`,
      amount: Math.round(100 * (5 + 80 * Math.random() ** 3)) / 100,
    };
  }
}
