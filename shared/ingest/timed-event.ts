import type { EventTime } from '../time/event-time.ts';
import type { SourceName } from '../watermarks/source-clock.ts';
import type { InputRecord } from './input-record.ts';

/** An event that was read and has a time: what the pipeline's map made of it, where it goes into windows. */
export interface TimedEvent<E> {
  readonly record: InputRecord;
  readonly event: E;
  readonly time: EventTime;
  readonly source: SourceName;
  /** What its source's clock takes from it, if anything. */
  readonly clock: EventTime | undefined;
  /** A hash of its id, where duplicates are dropped and it is for windows. */
  readonly id: number | undefined;
  /** Whether the pipeline's filter lets it into windows. */
  readonly passes: boolean;
}
