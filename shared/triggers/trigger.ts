import { InvalidArgument } from '../definition/invalid-argument.ts';
import { type Duration, durationMs } from '../time/duration.ts';

/** What makes a window fire besides the watermark: time that passes, events that come, an event that matters. Whichever comes first. */
export interface Trigger<E> {
  /** In processing time: not more often than this, and only when something changed. */
  readonly everyMs?: number;
  /** This many events since the pane before. */
  readonly events?: number;
  /** An event for which it is true, at once. */
  readonly critical?: (event: E) => boolean;
}

/** A trigger as it is written down; read, and checked, where it stands. */
export interface TriggerDefinition<E = unknown> {
  /** How the definition is told apart from another one: a part of the fingerprint. */
  describe(): string;
  /** @throws {InvalidArgument} naming its own field. */
  build(): Trigger<E>;
}

/**
 * At most once every `interval` of processing time, when something has changed.
 *
 * @param interval `'30s'`, or milliseconds, at least 1.
 */
export function every(interval: Duration): TriggerDefinition {
  const read = () => InvalidArgument.in('every', () => durationMs(interval, { minMs: 1 }));
  return Object.freeze({ describe: () => `every(${read()})`, build: () => ({ everyMs: read() }) });
}

/**
 * When `events` have come for a key since its pane before.
 *
 * @param events A whole number from 1 up.
 */
export function afterCount(events: number): TriggerDefinition {
  return Object.freeze({
    describe: () => `afterCount(${events})`,
    build: () => {
      if (!Number.isSafeInteger(events) || events < 1) throw new InvalidArgument(events, 'a whole number from 1 up', 'afterCount');
      return { events };
    },
  });
}

/**
 * At once when an event comes that matters; the window stays open.
 *
 * ```ts
 * trigger: { early: onEvent(({ severity }) => severity === 'critical', { fallback: '5s' }) }
 * ```
 *
 * @param critical Whether an event is one of those.
 * @param options What happens when none is.
 * @param options.fallback Fires also every so often when something else has changed.
 */
export function onEvent<E>(critical: (event: E) => boolean, { fallback }: { fallback?: Duration } = {}): TriggerDefinition<E> {
  const everyMs = () =>
    fallback === undefined ? {} : { everyMs: InvalidArgument.in('fallback', () => durationMs(fallback, { minMs: 1 })) };
  return Object.freeze({
    describe: () => `onEvent(fallback ${everyMs().everyMs ?? 'none'})`,
    build: () => {
      if (typeof critical !== 'function') throw new InvalidArgument(critical, 'a function of the event', 'onEvent');
      return { critical, ...everyMs() };
    },
  });
}
