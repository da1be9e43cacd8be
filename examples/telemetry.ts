import { boundedOutOfOrderness, count, latency, max, mean, min, pipeline, session, sliding, sum, tumbling, where } from 'mullion';

/** What `mullion generate` makes: readings of sensors, what people do in a shop, and how busy hosts are. */
export type Telemetry = {
  /** The same where one comes twice. */
  readonly id: string;
  /** When it happened, in epoch milliseconds. */
  readonly time: number;
  /** There where something is wrong with it: `spike`, `amount`, `overload`. */
  readonly anomaly?: string;
} & (
  | { readonly kind: 'sensor'; readonly sensor: string; readonly room: string; readonly temperature: number; readonly humidity: number }
  | { readonly kind: 'user'; readonly user: string; readonly action: string; readonly amount?: number }
  | { readonly kind: 'system'; readonly host: string; readonly service: string; readonly latencyMs: number; readonly errors: number }
);

type Kind = Telemetry['kind'];
type Of<K extends Kind> = Extract<Telemetry, { readonly kind: K }>;

/** A window sees the events of one kind. */
const isA =
  (kind: Kind) =>
  ({ kind: of }: Telemetry) =>
    of === kind;
const room = (event: Telemetry) => (event as Of<'sensor'>).room;
const temperature = (event: Telemetry) => (event as Of<'sensor'>).temperature;
const isAnomalous = ({ anomaly }: Telemetry) => anomaly !== undefined;

/** Rooms, people and services, each in the windows that suit them. */
export default pipeline<Telemetry>('telemetry', {
  timestamp: ({ time }) => time,
  watermark: boundedOutOfOrderness('2s'),
  dedupe: { by: ({ id }) => id, within: '1m' },
  windows: {
    rooms: {
      where: isA('sensor'),
      keyBy: room,
      window: tumbling('10s'),
      aggregate: { readings: count(), temperature: mean(temperature), anomalies: where(isAnomalous, count()) },
    },
    lastMinute: {
      where: isA('sensor'),
      keyBy: room,
      window: sliding('1m', '10s'),
      aggregate: { coldest: min(temperature), temperature: mean(temperature), warmest: max(temperature) },
    },
    visits: {
      where: isA('user'),
      keyBy: (event) => (event as Of<'user'>).user,
      // Whoever is never gone for ten seconds has a visit a minute.
      window: session('10s', { maxDuration: '1m' }),
      aggregate: { actions: count(), spent: sum((event) => (event as Of<'user'>).amount ?? 0) },
    },
    services: {
      where: isA('system'),
      keyBy: (event) => (event as Of<'system'>).service,
      window: tumbling('10s'),
      aggregate: {
        latency: latency({ of: (event) => (event as Of<'system'>).latencyMs, failed: isAnomalous }),
        errors: sum((event) => (event as Of<'system'>).errors),
      },
    },
  },
});
