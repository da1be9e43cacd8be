import { type Circumstances, type EventBody, type EventKind, rounded } from './event-kind.ts';
import type { Random } from './random.ts';

// What follows what, each with the probability up to which it is taken.
const NEXT = {
  login: [
    ['search', 0.3],
    ['view', 1],
  ],
  search: [
    ['search', 0.2],
    ['view', 0.95],
    ['logout', 1],
  ],
  view: [
    ['view', 0.55],
    ['search', 0.7],
    ['cart', 0.92],
    ['logout', 1],
  ],
  cart: [
    ['purchase', 0.35],
    ['view', 0.85],
    ['logout', 1],
  ],
  purchase: [
    ['view', 0.4],
    ['logout', 1],
  ],
  logout: [['login', 1]],
} as const satisfies Record<string, readonly (readonly [string, number])[]>;

type Action = keyof typeof NEXT;

const PRODUCTS = 500;
const MEAN_AMOUNT = 40;
const ANOMALY_TIMES = 50;

/** People in a shop: they log in, search, view, fill a cart, sometimes buy, and leave. A few are there far more often than the others. */
export class UserEvents implements EventKind {
  readonly #keys: number;
  readonly #last = new Map<number, Action>();

  /** @param keys Users. */
  constructor(keys: number) {
    this.#keys = keys;
  }

  pickKey(random: Random): number {
    return Math.floor(this.#keys * random.unit() ** 3);
  }

  next({ random, key, season, level, isAnomalous }: Circumstances): EventBody {
    const action = isAnomalous ? 'purchase' : followerOf(this.#last.get(key) ?? 'logout', random);
    this.#last.set(key, action);
    const isAbout = action === 'view' || action === 'cart' || action === 'purchase';
    return {
      key: `user-${key}`,
      anomaly: isAnomalous ? 'amount' : undefined,
      fields: {
        user: `user-${key}`,
        action,
        product: isAbout ? `product-${Math.floor(PRODUCTS * random.unit() ** 2)}` : undefined,
        amount: action === 'purchase' ? amountOf(random, season, level, isAnomalous) : undefined,
      },
    };
  }
}

function followerOf(action: Action, random: Random): Action {
  const draw = random.unit();
  const followers: readonly (readonly [Action, number])[] = NEXT[action];
  return (followers.find(([, upTo]) => draw < upTo) ?? followers[0])?.[0] ?? 'login';
}

function amountOf(random: Random, season: number, level: number, isAnomalous: boolean): number {
  // Many small ones and a few large ones, yet none a tenth as large as an anomaly.
  const usual = MEAN_AMOUNT * level * (1 + 0.25 * season) * (0.25 + 2.25 * random.unit() ** 2);
  return rounded(isAnomalous ? MEAN_AMOUNT * level * ANOMALY_TIMES * (1 + random.unit()) : usual, 2);
}
