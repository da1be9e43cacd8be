import { boundedOutOfOrderness, count, countDistinct, max, percentiles, pipeline, session, sliding } from 'mullion';

/** One feature of `earthquakes.json` of the npm package vega-datasets: what the US Geological Survey knew of an earthquake in February 2018. */
export interface Earthquake {
  readonly id: string;
  readonly properties: {
    /** When it happened, in epoch milliseconds. */
    readonly time: number;
    /** When its report was last revised, in epoch milliseconds: minutes later, or days. */
    readonly updated: number;
    /** Magnitude; below 0 for the faintest. */
    readonly mag: number;
    /** `4km W of Castaic, CA`. */
    readonly place: string;
    /** The seismic network that reported it: `ci` is Southern California. */
    readonly net: string;
    /** `earthquake`, `quarry blast` … */
    readonly type: string;
  };
}

const network = ({ properties }: Earthquake) => properties.net;
const magnitude = ({ properties }: Earthquake) => properties.mag;
const region = ({ properties }: Earthquake) => properties.place.slice(properties.place.lastIndexOf(', ') + 2);

/** Swarms of earthquakes, and a day's figures every hour, per network. */
export default pipeline<Earthquake>('earthquakes', {
  timestamp: ({ properties }) => properties.time,
  // Of the reports of one week half are revised within hours and one in twenty after two days.
  watermark: boundedOutOfOrderness('6h'),
  filter: ({ properties }) => properties.type === 'earthquake',
  windows: {
    swarms: {
      keyBy: network,
      window: session('1h'),
      allowedLateness: '1d',
      // A late report may join two swarms that have been told already: they are withdrawn.
      accumulation: 'retracting',
      aggregate: { quakes: count(), largest: max(magnitude), regions: countDistinct(region) },
    },
    lastDay: {
      keyBy: network,
      window: sliding('24h', '1h'),
      allowedLateness: '12h',
      aggregate: { quakes: count(), magnitude: percentiles(magnitude, [0.5, 0.9, 0.99], { relativeError: 0.02 }) },
    },
  },
});
