import { InvalidArgument } from '../definition/invalid-argument.ts';
import { type Duration, durationMs } from '../time/duration.ts';
import type { MergingAssigner, WindowDefinition } from './window.ts';

/** Of sessions with one gap for all. */
export interface SessionOptions {
  /** No session is longer: the next event opens another. Exact, in whatever order events arrive. */
  readonly maxDuration?: Duration;
}

/** Of sessions whose gap depends on the event. */
export interface DynamicSessionOptions extends SessionOptions {
  /** No gap is longer; an event that asks for more is refused. How long a session must be kept in mind depends on it. */
  readonly maxGap: Duration;
}

/**
 * Sessions: events of a key with no more than `gap` between one and the next; events exactly one gap apart are one session. A session
 * ends one gap after its last event. Late events may extend a session that has fired, or join two.
 *
 * ```ts
 * session('30m', { maxDuration: '4h' })
 * session((visit) => visit.patienceMs, { maxGap: '1h' })
 * ```
 *
 * @param gap The same for all, or asked of every event: milliseconds.
 */
export function session(gap: Duration, options?: SessionOptions): WindowDefinition;
export function session<E>(gap: (event: E) => number, options: DynamicSessionOptions): WindowDefinition<E>;
export function session<E>(
  gap: Duration | ((event: E) => number),
  options: SessionOptions & { maxGap?: Duration } = {},
): WindowDefinition<E> {
  const read = () => {
    const durationMsMax =
      options.maxDuration === undefined
        ? Number.POSITIVE_INFINITY
        : InvalidArgument.in('maxDuration', () => durationMs(options.maxDuration as Duration, { minMs: 1 }));
    return { ...readGap(gap, options.maxGap), durationMsMax };
  };
  return Object.freeze({
    describe: () => {
      const { gapMsMax, durationMsMax } = read();
      return `session(${typeof gap === 'function' ? `up to ${gapMsMax}` : gapMsMax}, max ${durationMsMax})`;
    },
    build: (): MergingAssigner<E> => ({ merges: true, ...read() }),
  });
}

function readGap<E>(
  gap: Duration | ((event: E) => number),
  maxGap: Duration | undefined,
): Pick<MergingAssigner<E>, 'gapMsOf' | 'gapMsMax'> {
  if (typeof gap !== 'function') {
    if (maxGap !== undefined) throw new InvalidArgument(maxGap, 'nothing: all gaps are the same', 'maxGap');
    const gapMs = InvalidArgument.in('gap', () => durationMs(gap, { minMs: 1 }));
    return { gapMsOf: () => gapMs, gapMsMax: gapMs };
  }
  if (maxGap === undefined)
    throw new InvalidArgument(maxGap, 'a duration that no gap exceeds, since the gap depends on the event', 'maxGap');
  return { gapMsOf: gap, gapMsMax: InvalidArgument.in('maxGap', () => durationMs(maxGap, { minMs: 1 })) };
}
