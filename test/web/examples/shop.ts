import { boundedOutOfOrderness, count, pipeline, session, sliding, sum, tumbling } from 'mullion';

export interface Purchase {
  readonly at: number;
  readonly store: string;
  readonly user: string;
  readonly amount: number;
}

/** Windows of three kinds, short enough to watch. */
export default pipeline<Purchase>('shop', {
  timestamp: ({ at }) => at,
  watermark: boundedOutOfOrderness('2s'),
  windows: {
    stores: {
      window: tumbling('5s'),
      keyBy: ({ store }) => store,
      allowedLateness: '5s',
      aggregate: { purchases: count(), amount: sum(({ amount }) => amount) },
    },
    trend: {
      window: sliding('10s', '2s'),
      keyBy: ({ store }) => store,
      aggregate: { purchases: count(), amount: sum(({ amount }) => amount) },
    },
    visits: { window: session('3s'), keyBy: ({ user }) => user, aggregate: { purchases: count() } },
  },
});
