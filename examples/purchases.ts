import { boundedOutOfOrderness, count, countDistinct, mean, pipeline, session, sliding, sum, tumbling } from 'mullion';

/** Somebody bought something. */
export interface Purchase {
  /** When, in epoch milliseconds. */
  readonly at: number;
  readonly store: string;
  readonly user: string;
  readonly amount: number;
}

const amount = (purchase: Purchase) => purchase.amount;
const figures = { total: sum(amount), average: mean(amount), users: countDistinct(({ user }: Purchase) => user), purchases: count() };

/** The same purchases in the three kinds of windows: five seconds of a store, the last five every two, and what a user buys in one go. */
export default pipeline<Purchase>('purchases', {
  timestamp: ({ at }) => at,
  watermark: boundedOutOfOrderness('1s'),
  windows: {
    everyFive: { keyBy: ({ store }) => store, window: tumbling('5s'), aggregate: figures },
    lastFive: { keyBy: ({ store }) => store, window: sliding('5s', '2s'), aggregate: figures },
    sprees: {
      keyBy: ({ user }) => user,
      window: session('2s'),
      aggregate: { total: sum(amount), average: mean(amount), purchases: count() },
    },
  },
});
