import { InvalidArgument } from '../definition/invalid-argument.ts';
import { requireNumber, requireWhole } from '../definition/requirement.ts';
import { isEventTime } from '../time/event-time.ts';
import type { Burst } from './arrivals.ts';

export const EVENT_KINDS = ['sensors', 'users', 'system'] as const;
export type EventKindName = (typeof EVENT_KINDS)[number];

/** What is generated. Shares are of all events, from 0 to 1. */
export interface GeneratorOptions {
  readonly seed: number;
  /** Event time of the first event. */
  readonly startMs: number;
  /** How many events there are in a second of event time. */
  readonly eventsPerSecond: number;
  /** How many events there are; infinity for no end. */
  readonly events: number;
  readonly kinds: readonly EventKindName[];
  /** Each key belongs to one source. The first is the most punctual of them, the last the least. */
  readonly sources: number;
  /** Different sensors, users and hosts, as many of each. */
  readonly keys: number;
  /** How long it takes until values are where they were, but for the trend. */
  readonly seasonMs: number;
  /** By which share values grow in a season; negative where they shrink. */
  readonly trend: number;
  readonly anomalies: number;
  readonly outOfOrder: number;
  /** How far an event that is out of order lies behind, at most. */
  readonly disorderMs: number;
  readonly late: number;
  /** How far a late event lies behind: this at least, and at most twice as far. */
  readonly lateByMs: number;
  readonly duplicates: number;
  readonly burst?: Burst;
}

const SEED_MAX = 2 ** 31 - 1;
export const EVENTS_PER_SECOND_MAX = 10_000_000;
const KEYS_MAX = 10_000_000;
const SHARES = ['anomalies', 'outOfOrder', 'late', 'duplicates'] as const;

/** @throws {InvalidArgument} naming the option. */
export function checkGeneratorOptions(options: GeneratorOptions): void {
  requireWhole(options.seed, -SEED_MAX, SEED_MAX, 'seed');
  if (!isEventTime(options.startMs)) throw new InvalidArgument(options.startMs, 'whole milliseconds since 1970', 'startMs');
  if (!(options.eventsPerSecond > 0)) throw new InvalidArgument(options.eventsPerSecond, 'a number above 0', 'eventsPerSecond');
  requireNumber(options.eventsPerSecond, 0, EVENTS_PER_SECOND_MAX, 'eventsPerSecond');
  if (options.kinds.length === 0) throw new InvalidArgument(options.kinds, `some of ${EVENT_KINDS.join(', ')}`, 'kinds');
  requireWhole(options.keys, 1, KEYS_MAX, 'keys');
  requireWhole(options.sources, 1, 1_000, 'sources');
  if (!(options.seasonMs > 0)) throw new InvalidArgument(options.seasonMs, 'a time above 0', 'seasonMs');
  requireNumber(options.trend, -1, 100, 'trend');
  for (const share of SHARES) requireNumber(options[share], 0, 1, share);
  if (options.outOfOrder + options.late > 1)
    throw new InvalidArgument(options.outOfOrder + options.late, 'outOfOrder and late together at most 1', 'late');
  if (options.burst !== undefined) checkBurst(options.burst);
}

function checkBurst({ times, everyMs, forMs }: Burst): void {
  requireNumber(times, 1, 1_000, 'burst.times');
  if (!(forMs > 0 && forMs < everyMs))
    throw new InvalidArgument(forMs, `more than 0 and less than the ${everyMs} ms of burst.everyMs`, 'burst.forMs');
}
