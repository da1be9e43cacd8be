import { boundedOutOfOrderness, count, latency, mean, onEvent, perSource, pipeline, session, sliding, sum, tumbling, where } from 'mullion';

/** What is known of language models at work: requests that gateways report, what people say to the answers, and what guards notice. */
export type Operation = {
  /** Who reports it. Gateways are quick, the apps of people are offline now and then. */
  readonly source: 'gateway' | 'app' | 'guard';
  /** When it happened, in epoch milliseconds. */
  readonly at: number;
  readonly model: string;
} & (
  | { readonly kind: 'request'; readonly latencyMs: number; readonly tokens: number; readonly failed: boolean }
  | { readonly kind: 'feedback'; readonly user: string; readonly stars: number }
  | { readonly kind: 'anomaly'; readonly severity: 'warning' | 'critical'; readonly what: string }
);

/** A window of it sees one kind only; the others are none of its business. */
const isA =
  (kind: Operation['kind']) =>
  ({ kind: of }: Operation) =>
    of === kind;
const numberOf = (name: 'latencyMs' | 'tokens' | 'stars') => (operation: Operation) =>
  (operation as unknown as Record<string, number>)[name] ?? 0;

/** How long people watching wait for what they see. */
export interface Profile {
  readonly metrics: `${number}m`;
  readonly fallback: `${number}s`;
}

export const PROFILES = {
  production: { metrics: '5m', fallback: '5s' },
  // At a desk nobody waits for five minutes.
  development: { metrics: '1m', fallback: '1s' },
} as const satisfies Readonly<Record<string, Profile>>;

/** Performance every five minutes, feedback by sitting, and anomalies at once. */
export function llmOperations({ metrics, fallback }: Profile = PROFILES.production) {
  return pipeline<Operation>('llm-operations', {
    timestamp: ({ at }) => at,
    watermark: perSource(({ source }: Operation) => source, {
      gateway: boundedOutOfOrderness('5s'),
      app: boundedOutOfOrderness('2m'),
      guard: boundedOutOfOrderness('1s'),
    }),
    windows: {
      performance: {
        where: isA('request'),
        keyBy: ({ model }) => model,
        window: tumbling(metrics),
        allowedLateness: '1m',
        aggregate: {
          latency: latency({
            of: numberOf('latencyMs'),
            failed: (operation: Operation) => operation.kind === 'request' && operation.failed,
          }),
          tokens: sum(numberOf('tokens')),
        },
      },
      feedback: {
        where: isA('feedback'),
        keyBy: (operation) => (operation.kind === 'feedback' ? operation.user : ''),
        window: session('30m', { maxDuration: '4h' }),
        aggregate: { answers: count(), stars: mean(numberOf('stars')) },
      },
      anomalies: {
        where: isA('anomaly'),
        keyBy: ({ model }) => model,
        window: sliding('15m', '1m'),
        // A critical one is told at once, whatever the watermark; others within a few seconds.
        trigger: {
          early: onEvent((operation) => operation.kind === 'anomaly' && operation.severity === 'critical', { fallback }),
          onTime: 'ifChanged',
        },
        aggregate: {
          all: count(),
          critical: where((operation: Operation) => operation.kind === 'anomaly' && operation.severity === 'critical', count()),
        },
      },
    },
  });
}

export default llmOperations();
