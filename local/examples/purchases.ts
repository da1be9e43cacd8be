import type { Purchase } from '../../examples/purchases.ts';
import { Random } from '../../shared/generate/random.ts';
import { byArrival, type ExampleEvent } from './example-event.ts';

const BEGIN_MS = Date.UTC(2026, 10, 27, 12);
const STORES = ['Berlin', 'Lyon', 'Porto'];
const USERS = 24;
const LENGTH_MS = 60_000;

/** A minute of three stores: people buy several things in one go, and tills report up to a second late. */
export function purchases(seed = 1): ExampleEvent<Purchase>[] {
  const random = new Random(seed);
  const events: ExampleEvent<Purchase>[] = [];
  for (let user = 0; user < USERS; user++) {
    let at = BEGIN_MS + random.below(10_000);
    while (at < BEGIN_MS + LENGTH_MS) {
      const store = STORES[random.below(STORES.length)] as string;
      for (let bought = random.below(4); bought >= 0; bought--) {
        const amount = Math.round(100 * (2 + 40 * random.unit())) / 100;
        events.push({ event: { at, store, user: `user-${user}`, amount }, arrivedAtMs: at + random.below(1_000) });
        at += 300 + random.below(1_500);
      }
      at += 3_000 + random.below(12_000);
    }
  }
  return byArrival(events);
}
