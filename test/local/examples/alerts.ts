import { boundedOutOfOrderness, count, onEvent, pipeline, tumbling } from 'mullion';

export interface Report {
  readonly at: number;
  readonly host: string;
  readonly severity: 'info' | 'critical';
}

/** An hour that shows at once what is critical, and a minute that closes on its own. */
export default pipeline<Report>('alerts', {
  timestamp: ({ at }) => at,
  watermark: boundedOutOfOrderness(0),
  rules: 'live',
  windows: {
    hour: {
      window: tumbling('1h'),
      keyBy: ({ host }) => host,
      trigger: { early: onEvent<Report>(({ severity }) => severity === 'critical') },
      aggregate: { reports: count() },
    },
    minute: { window: tumbling('1m'), keyBy: ({ host }) => host, aggregate: { reports: count() } },
  },
});
