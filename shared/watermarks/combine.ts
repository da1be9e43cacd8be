import { BEGINNING_OF_TIME, END_OF_TIME, type EventTime } from '../time/event-time.ts';

/**
 * The watermark of a whole pipeline: the minimum over its shards. A shard of which nothing has been read yet holds everything back
 * (its watermark is the beginning of time), since it may still deliver anything.
 *
 * Monotone by construction: never below `floor`, the watermark of the last epoch.
 */
export function combineWatermarks(shardWatermarks: Iterable<EventTime>, floor: EventTime): EventTime {
  let minimum: EventTime = END_OF_TIME;
  let shards = 0;
  for (const watermark of shardWatermarks) {
    shards++;
    if (watermark < minimum) minimum = watermark;
  }
  if (shards === 0) minimum = BEGINNING_OF_TIME;
  return minimum > floor ? minimum : floor;
}
