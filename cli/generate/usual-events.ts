import { EVENT_KINDS, type GeneratorOptions } from '../../shared/generate/generator-options.ts';
import { durationMs } from '../../shared/time/duration.ts';

/** Where nobody says when: the same bytes today and tomorrow. */
export const DEFAULT_START = '2026-01-01T00:00:00Z';

/** What is generated where nobody says otherwise. */
export const USUAL = {
  eventsPerSecond: 1_000,
  keys: 1_000,
  sources: 3,
  seed: 1,
  season: '1d',
  trend: 0.02,
  anomalies: 0.001,
  outOfOrder: 0.1,
  disorder: '2s',
  late: 0.01,
  lateBy: '1m',
  duplicates: 0.005,
} as const;

/** The same events as those of `mullion generate` with no option but these, without end. */
export function usualEvents(
  given: Pick<GeneratorOptions, 'eventsPerSecond' | 'startMs'> & Partial<Pick<GeneratorOptions, 'kinds'>>,
): GeneratorOptions {
  const { season, disorder, lateBy, ...usual } = USUAL;
  return {
    ...usual,
    events: Number.POSITIVE_INFINITY,
    kinds: EVENT_KINDS,
    seasonMs: durationMs(season),
    disorderMs: durationMs(disorder),
    lateByMs: durationMs(lateBy),
    ...given,
  };
}
