import { InvalidArgument } from '../definition/invalid-argument.ts';

type Unit = 'ms' | 's' | 'm' | 'h' | 'd';

/** A length of time: `'500ms'`, `'30s'`, `'5m'`, `'1.5h'`, `'1d'` (always 24 hours), or a number of milliseconds. */
export type Duration = number | `${number}${Unit}`;

const UNIT_MS: Readonly<Record<Unit, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

// A hundred thousand days. Far above any use, far below where adding one to an event time could lose a millisecond.
const DURATION_MS_MAX = 100_000 * UNIT_MS.d;

const EXAMPLES = `'500ms', '30s', '5m', '1h', '1d'`;
// Where somebody has typed it there is no number, only text: the unit is what is missing.
const ALLOWED_AS_TEXT = `${EXAMPLES}: with a unit, and whole in milliseconds`;
const ALLOWED = `${EXAMPLES} or a whole number of milliseconds`;

/**
 * Reads a duration as whole milliseconds.
 *
 * @throws {InvalidArgument} when it is not one of the forms above, not whole, below `minMs` or above 100,000 days.
 */
export function durationMs(duration: Duration, { minMs = 0 }: { minMs?: number } = {}): number {
  const ms = typeof duration === 'number' ? duration : parse(duration);
  if (ms === undefined || !Number.isInteger(ms))
    throw new InvalidArgument(duration, typeof duration === 'string' ? ALLOWED_AS_TEXT : ALLOWED);
  if (ms < minMs) throw new InvalidArgument(duration, `at least ${minMs} ms`);
  if (ms > DURATION_MS_MAX) throw new InvalidArgument(duration, `at most ${DURATION_MS_MAX / UNIT_MS.d} days`);
  return ms;
}

function parse(text: unknown): number | undefined {
  const parts = typeof text === 'string' ? /^(-?\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text) : null;
  if (parts === null) return undefined;
  // 0.1 s is 100 ms although 0.1 × 1000 need not be whole in binary.
  return Math.round(Number(parts[1]) * UNIT_MS[parts[2] as Unit] * 1e6) / 1e6;
}
