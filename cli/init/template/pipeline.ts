import { boundedOutOfOrderness, count, max, mean, pipeline, tumbling } from 'mullion';

/** What a sensor reports, as `mullion generate --kinds sensors` makes it. */
export interface Reading {
  /** When it was taken, in epoch milliseconds. */
  readonly time: number;
  readonly sensor: string;
  readonly room: string;
  /** Degrees Celsius. */
  readonly temperature: number;
}

/** The temperature of each room, minute by minute. */
export default pipeline<Reading>()('my-pipeline', {
  timestamp: ({ time }) => time,
  watermark: boundedOutOfOrderness('5s'),
  windows: {
    minutes: {
      keyBy: ({ room }) => room,
      window: tumbling('1m'),
      allowedLateness: '1m',
      aggregate: { readings: count(), average: mean(({ temperature }) => temperature), highest: max(({ temperature }) => temperature) },
    },
  },
});
