import { InvalidArgument } from '../definition/invalid-argument.ts';
import { type Duration, durationMs } from '../time/duration.ts';
import type { EventTime } from '../time/event-time.ts';
import { type SourceWatermark, sourceWatermark } from './watermark-strategy.ts';

/**
 * Events may come out of order by up to `bound`: the watermark trails the highest event time by `bound + 1 ms`, so that an event exactly
 * `bound` behind is still in time.
 *
 * @param bound `'5s'`, or milliseconds; 0 where events never come out of order.
 */
export function boundedOutOfOrderness(bound: Duration): SourceWatermark {
  const read = () => InvalidArgument.in('bound', () => durationMs(bound));
  return sourceWatermark(
    () => `boundedOutOfOrderness(${read()})`,
    () => {
      const boundMs = read();
      return { clockOf: (_event, time) => time, watermarkAt: (clock: EventTime) => (clock - boundMs - 1) as EventTime };
    },
  );
}
