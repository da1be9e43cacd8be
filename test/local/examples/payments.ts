import { boundedOutOfOrderness, count, max, pipeline, sum, tumbling } from 'mullion';

export interface Payment {
  readonly id: number;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly account: string;
  readonly region: string;
  readonly cents: number;
}

/** Payments a minute, by account and by region. What comes after its minute and a half is late for both. */
export default pipeline<Payment>('payments', {
  timestamp: ({ at }) => at,
  watermark: boundedOutOfOrderness('5s'),
  // Hours pass in seconds: a shard that is silent for long lags.
  idleness: 'hold',
  dedupe: { by: ({ id }) => id, within: '20s' },
  windows: {
    accounts: {
      keyBy: ({ account }) => account,
      window: tumbling('1m'),
      allowedLateness: '30s',
      aggregate: { payments: count(), cents: sum(({ cents }) => cents), largest: max(({ cents }) => cents) },
    },
    regions: {
      keyBy: ({ region }) => region,
      window: tumbling('1m'),
      allowedLateness: '30s',
      aggregate: { payments: count(), cents: sum(({ cents }) => cents), largest: max(({ cents }) => cents) },
    },
  },
});
