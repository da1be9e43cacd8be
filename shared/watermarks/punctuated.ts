import { InvalidArgument } from '../definition/invalid-argument.ts';
import { type SourceWatermark, sourceWatermark } from './watermark-strategy.ts';

/**
 * Some events carry the watermark: `marker` gives, in epoch milliseconds, the time up to which no event follows on the shard, or `undefined`
 * for events that say nothing about it. Event times themselves move nothing.
 *
 * A marker speaks for its shard alone: a producer puts one on every shard. One that carries no data is left out of windows by the
 * pipeline's `filter`.
 */
export function punctuated<E>(marker: (event: E) => number | undefined): SourceWatermark<E> {
  return sourceWatermark<E>(
    () => 'punctuated',
    () => {
      if (typeof marker !== 'function') throw new InvalidArgument(marker, 'a function from the event to a time or undefined', 'marker');
      return { clockOf: (event) => marker(event), watermarkAt: (clock) => clock };
    },
  );
}
