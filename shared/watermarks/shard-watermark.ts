import { BEGINNING_OF_TIME, END_OF_TIME, type EventTime } from '../time/event-time.ts';
import type { SourceClocks } from './source-clock.ts';
import type { SourceStrategies } from './watermark-strategy.ts';

/** The watermark of a shard alone: the lowest of the sources that it has delivered. */
export function shardWatermark({ strategies }: Pick<SourceStrategies<never>, 'strategies'>, clocks: SourceClocks): EventTime {
  const watermarks = Object.entries(clocks).map(([source, { time = BEGINNING_OF_TIME }]) => strategies.get(source)?.watermarkAt(time));
  return watermarks.reduce<EventTime>((lowest, watermark = END_OF_TIME) => (watermark < lowest ? watermark : lowest), END_OF_TIME);
}
