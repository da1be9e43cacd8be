import { InvalidArgument } from '../definition/invalid-argument.ts';
import { requireFunction } from '../definition/requirement.ts';
import { type Duration, durationMs } from '../time/duration.ts';

/** How events that a producer sent more than once are told. */
export interface DedupeOptions<E> {
  /** What an event is the same by: text of any length, or a number. Repeats must have the same partition key, so that they reach the same shard. */
  readonly by: (event: E) => string | number;
  /** For how long after an event's arrival a repeat is dropped, at least. At most one day. */
  readonly within: Duration;
}

/** The same, checked. */
export interface Deduplication<E> {
  /** What an event is the same by. */
  readonly by: (event: E) => string | number;
  /** For how long after an event's arrival a repeat is dropped, in milliseconds. */
  readonly withinMs: number;
}

// Every id is kept that long, and a cold function reads the commits of that time.
const WITHIN_MS_MAX = 86_400_000;

/** @throws {InvalidArgument} naming its own field. */
export function deduplicationOf<E>({ by, within }: DedupeOptions<E>): Deduplication<E> {
  requireFunction(by, 'a function from the event to its id', 'by');
  const withinMs = InvalidArgument.in('within', () => durationMs(within, { minMs: 1 }));
  if (withinMs > WITHIN_MS_MAX) throw new InvalidArgument(within, `at most '1d'`, 'within');
  return Object.freeze({ by, withinMs });
}
