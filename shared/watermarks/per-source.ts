import { InvalidArgument } from '../definition/invalid-argument.ts';
import { type SourceName } from './source-clock.ts';
import type { SourceWatermark, WatermarkDefinition, WatermarkStrategy } from './watermark-strategy.ts';

const NAME = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;

/**
 * Several sources in one stream, each as far out of order as it is: every (shard, source) has a clock of its own, and the slowest counts.
 *
 * ```ts
 * perSource(({ source }) => source, { gateway: boundedOutOfOrderness('5s'), app: boundedOutOfOrderness('2m') })
 * ```
 *
 * @param sourceOf The source of an event; an event of a source that is not named here is invalid.
 * @param sources The strategy of each, by name.
 */
export function perSource<E>(
  sourceOf: (event: E) => string,
  sources: Readonly<Record<SourceName, SourceWatermark<E>>>,
): WatermarkDefinition<E> {
  const entries = () => {
    if (typeof sources !== 'object' || sources === null || Object.keys(sources).length === 0) {
      throw new InvalidArgument(sources, `strategies by source, such as { orders: boundedOutOfOrderness('10s') }`, 'sources');
    }
    return Object.entries(sources).map(([name, source]): [SourceName, SourceWatermark<E>] => {
      if (!NAME.test(name)) throw new InvalidArgument(name, '1 to 64 letters, digits, - or _, a letter first', 'sources');
      if (typeof source?.build !== 'function') {
        throw new InvalidArgument(source, `a strategy for one source, such as boundedOutOfOrderness('10s')`, `sources.${name}`);
      }
      return [name, source];
    });
  };
  return Object.freeze({
    describe: () =>
      `perSource(${entries()
        .map(([name, source]) => `${name}: ${source.describe()}`)
        .join(', ')})`,
    buildSources: () => {
      if (typeof sourceOf !== 'function')
        throw new InvalidArgument(sourceOf, 'a function from the event to the name of its source', 'sourceOf');
      const strategies = new Map<SourceName, WatermarkStrategy<E>>();
      for (const [name, source] of entries())
        strategies.set(
          name,
          InvalidArgument.in(`sources.${name}`, () => source.build()),
        );
      return { sourceOf, strategies };
    },
  });
}
