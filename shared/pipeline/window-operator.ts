import type { Aggregate } from '../aggregates/aggregate.ts';
import type { Grouping } from '../grouping/grouping.ts';
import type { EventTime } from '../time/event-time.ts';
import type { Trigger } from '../triggers/trigger.ts';
import type { WindowAssigner } from '../windows/window.ts';
import type { WindowDescription } from './definition-description.ts';

/**
 * What a pane holds: everything so far, and so replaces the pane before; only what is new since the pane before; or everything so far, after
 * a retraction of the pane before.
 */
export type Accumulation = 'accumulating' | 'discarding' | 'retracting';

/** The running logic of one named window of a pipeline. */
export interface WindowOperator<E> {
  readonly name: string;
  readonly grouping: Grouping<E>;
  /** Events for which it is false are not for this window. */
  readonly where: ((event: E) => boolean) | undefined;
  readonly assigner: WindowAssigner<E>;
  readonly allowedLatenessMs: number;
  readonly aggregateNames: readonly string[];
  /** By the order of their names. */
  readonly aggregates: readonly Aggregate<E, unknown>[];
  /** What rows of this window hold: the aggregates, then what triggers and sessions need. */
  readonly shape: readonly Aggregate<E, unknown>[];
  /** Where in the shape events that matter are counted, when a trigger asks for them. */
  readonly criticalAt: number | undefined;
  /** Where in the shape a session row's bounds begin, when windows merge: its start, then its end. */
  readonly extentAt: number | undefined;
  readonly early: Trigger<E> | undefined;
  /** Of windows that have fired; absent: at every change. */
  readonly late: Trigger<E> | undefined;
  /** Whether the on-time pane comes also when an early pane has said the same. */
  readonly onTime: 'always' | 'ifChanged';
  readonly accumulation: Accumulation;
  /** What this window's state depends on. */
  readonly description: WindowDescription;
}

/** The watermark at which a window with this end is complete: its last moment. */
export function maxTimestamp(end: EventTime): EventTime {
  return (end - 1) as EventTime;
}

/** The watermark at which a window with this end takes no event any more. */
export function cleanupTime<E>({ allowedLatenessMs }: WindowOperator<E>, end: EventTime): EventTime {
  return (end - 1 + allowedLatenessMs) as EventTime;
}

/** The lowest watermark at which an event of this time can be too late; exact unless the gap depends on the event. */
export function earliestTooLate<E>(operator: WindowOperator<E>, time: EventTime): EventTime {
  const { assigner, allowedLatenessMs } = operator;
  return assigner.merges ? ((time + allowedLatenessMs) as EventTime) : cleanupTime(operator, assigner.lastEndOf(assigner.sliceOf(time)));
}

/** The watermark at which an event of this time is too late for sure. */
export function surelyTooLate<E>(operator: WindowOperator<E>, time: EventTime): EventTime {
  const { assigner, allowedLatenessMs } = operator;
  return assigner.merges ? ((time + assigner.gapMsMax + allowedLatenessMs) as EventTime) : earliestTooLate(operator, time);
}
