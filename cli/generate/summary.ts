import type { GeneratorOptions } from '../../shared/generate/generator-options.ts';
import { formatCount } from '../run/summary.ts';
import type { Generated } from './generate-events.ts';

// A start takes a moment, and so does the end of a file.
const BEHIND_MS = 500;
const BEHIND_SHARE = 0.02;

/** What was generated, for a person. */
export function summaryLines({ tally, again, elapsedMs, dueMs }: Generated, sink: string, speed: number): string[] {
  const { events, arrivals, anomalies } = tally;
  const behindMs = elapsedMs - dueMs;
  const isBehind = speed !== Number.POSITIVE_INFINITY && behindMs > BEHIND_MS + dueMs * BEHIND_SHARE;
  return [
    `${count(events, 'event')} to ${sink} in ${(elapsedMs / 1_000).toFixed(2)} s, ${formatCount(perSecond(events, elapsedMs))} events/s`,
    [
      `  of them ${formatCount(arrivals['out of order'])} out of order`,
      `${formatCount(arrivals.late)} late`,
      count(arrivals.duplicate, 'duplicate'),
      anomalies === 1 ? '1 anomaly' : `${formatCount(anomalies)} anomalies`,
    ].join(', '),
    ...(again > 0 ? [`  ${formatCount(again)} sent again: they were not taken at once`] : []),
    ...(isBehind ? [`  ${(behindMs / 1_000).toFixed(1)} s behind their time: the rate is higher than what ${sink} takes`] : []),
  ];
}

/** The same for a program. */
export function summaryObject({ tally, again, elapsedMs }: Generated, { seed, startMs }: GeneratorOptions): Record<string, unknown> {
  const { events, arrivals, anomalies } = tally;
  return {
    events,
    outOfOrder: arrivals['out of order'],
    late: arrivals.late,
    duplicates: arrivals.duplicate,
    anomalies,
    sentAgain: again,
    seconds: elapsedMs / 1_000,
    eventsPerSecond: perSecond(events, elapsedMs),
    seed,
    start: new Date(startMs).toISOString(),
  };
}

function perSecond(events: number, elapsedMs: number): number {
  return Math.round((events / elapsedMs) * 1_000);
}

function count(number: number, noun: string): string {
  return `${formatCount(number)} ${noun}${number === 1 ? '' : 's'}`;
}
