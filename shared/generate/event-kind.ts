import type { Random } from './random.ts';

/** Under what an event comes about. */
export interface Circumstances {
  readonly random: Random;
  /** Which of the keys, from 0. */
  readonly key: number;
  /** From -1 to 1 and back in a season; each key is at a place of its own in it. */
  readonly season: number;
  /** What values have grown to since the first event: 1 at the first. */
  readonly level: number;
  /** Whether something is to be wrong with it. */
  readonly isAnomalous: boolean;
}

/** What one kind of event has besides what all have. */
export interface EventBody {
  /** Whose it is: events of one key come in their order on a stream. */
  readonly key: string;
  /** Which anomaly it shows. */
  readonly anomaly: string | undefined;
  readonly fields: Readonly<Record<string, string | number | undefined>>;
}

/** Makes the events of one kind. */
export interface EventKind {
  /** Which key the next event is of, from 0. */
  pickKey(random: Random): number;
  next(circumstances: Circumstances): EventBody;
}

/** As a meter would say it: with so many digits behind the point. */
export function rounded(value: number, digits: number): number {
  const scale = 10 ** digits;
  return Math.round(value * scale) / scale;
}
