import { InvalidArgument } from '../definition/invalid-argument.ts';
import { type Duration, durationMs } from '../time/duration.ts';

/**
 * What a shard without events does to the watermark. With a timeout, one that has committed nothing for that long *and* is proven to hold
 * nothing undelivered is left out of the minimum. With `'hold'`, every shard counts for ever: for replays whose shards run at different speeds.
 */
export type Idleness = { readonly timeout: Duration } | 'hold';

/**
 * Longer than producers buffer and retry, so that a shard that is only a little behind the others is not left out; shorter than a minute,
 * so that the tick after the one that found it silent fires what it held back.
 */
export const DEFAULT_IDLENESS: Idleness = { timeout: '30s' };

/**
 * The timeout in milliseconds; `undefined` for `'hold'`.
 *
 * @throws {InvalidArgument} naming its own field.
 */
export function idleTimeoutMs(idleness: Idleness): number | undefined {
  if (idleness === 'hold') return undefined;
  return InvalidArgument.in('timeout', () => durationMs(idleness.timeout, { minMs: 1 }));
}
