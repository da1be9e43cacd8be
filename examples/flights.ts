import { boundedOutOfOrderness, count, max, mean, pipeline, tumbling } from 'mullion';

/** One row of `flights-20k.json` of the npm package vega-datasets: a real US flight of early 2001. */
export interface Flight {
  /** Scheduled departure: `2001/01/10 18:20`. */
  readonly date: string;
  /** Minutes of delay; negative when early. */
  readonly delay: number;
  /** Miles. */
  readonly distance: number;
  /** Airport codes. */
  readonly origin: string;
  readonly destination: string;
}

/** Departures per airport and day, with their delays. */
export default pipeline<Flight>('flights', {
  // The file names no time zone. Without the `UTC` a laptop and a Lambda function would disagree about the day.
  timestamp: (flight) => Date.parse(`${flight.date} UTC`),
  watermark: boundedOutOfOrderness('1h'),
  windows: {
    departures: {
      keyBy: (flight) => flight.origin,
      window: tumbling('1d'),
      allowedLateness: '2h',
      aggregate: { flights: count(), meanDelay: mean((flight) => flight.delay), worst: max((flight) => flight.delay) },
    },
  },
});
