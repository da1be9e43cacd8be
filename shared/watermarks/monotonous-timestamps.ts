import { boundedOutOfOrderness } from './bounded-out-of-orderness.ts';
import type { SourceWatermark } from './watermark-strategy.ts';

/** Event times never fall on a shard: what comes has the time of the newest event, or a later one. `boundedOutOfOrderness(0)`, said in words. */
export function monotonousTimestamps(): SourceWatermark {
  return boundedOutOfOrderness(0);
}
