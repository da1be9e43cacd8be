import { boundedOutOfOrderness, count, countDistinct, cube, groupingSets, max, mean, pipeline, sliding, tumbling } from 'mullion';

/** What a sensor reports, as `mullion generate --kinds sensors` makes it. */
export interface Reading {
  /** The same where one comes twice. */
  readonly id: string;
  /** When it was measured, in epoch milliseconds. */
  readonly time: number;
  /** The gateway that passed it on. */
  readonly source: string;
  readonly sensor: string;
  readonly room: string;
  readonly temperature: number;
}

const temperature = (reading: Reading) => reading.temperature;
const figures = {
  readings: count(),
  sensors: countDistinct(({ sensor }: Reading) => sensor),
  temperature: mean(temperature),
  hottest: max(temperature),
};

/** Readings in three windows at once, each by other combinations of room and source. Rules say, while it runs, which readings count. */
export default pipeline<Reading>('streaming-analytics', {
  timestamp: ({ time }) => time,
  // Gateways are two seconds late at the most, and over a WebSocket one message overtakes another.
  watermark: boundedOutOfOrderness('15s'),
  dedupe: { by: ({ id }) => id, within: '1m' },
  rules: 'live',
  windows: {
    tenSeconds: { groupBy: cube(['room', 'source']), window: tumbling('10s'), aggregate: figures },
    minute: { groupBy: groupingSets([['room'], ['source']]), window: tumbling('1m'), aggregate: figures },
    fiveMinutes: { groupBy: ['room', 'source'], window: sliding('5m', '1m'), aggregate: figures },
  },
});
