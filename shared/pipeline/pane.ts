import type { Group } from '../grouping/group-key.ts';
import type { EventTime } from '../time/event-time.ts';

/** Why a pane fired: before the watermark passed the window's end, when it did, or for late events after it. */
export type PaneTiming = 'EARLY' | 'ON_TIME' | 'LATE';

/** Where a pane stands among all that a pipeline has fired. */
export interface PanePlace {
  /** Which of the pipeline's lanes fired it, each with a count of its own; absent for the first, and so where there is one. */
  readonly lane?: number;
  /** 1, 2, 3 … */
  readonly position: number;
  /** From 0, in the order in which the epoch's panes are published. */
  readonly index: number;
}

/** One emission of one keyed window: the JSON object on the output stream. */
export interface Pane<V = Readonly<Record<string, unknown>>> {
  /** `pipeline:window:start-end:key:index`. The same pane has the same id and the same bytes however often it is published. */
  readonly id: string;
  /** The name of the pipeline. */
  readonly pipeline: string;
  /** The window's name in the pipeline. */
  readonly window: string;
  /** What `keyBy` said; of several fields, their values. */
  readonly key: string;
  /** Where windows group by fields: their values, as text. A field that is not there was summed over. */
  readonly group?: Group;
  /** Bounds of the window, `[start, end)`, in epoch milliseconds. */
  readonly start: EventTime;
  /** Exclusive, epoch milliseconds. */
  readonly end: EventTime;
  /** Which of the panes of its window and key it is. */
  readonly pane: {
    /** `EARLY` before the watermark passed the end, `ON_TIME` when it did, `LATE` afterwards. */
    readonly timing: PaneTiming;
    /** How many panes of this keyed window were fired before. */
    readonly index: number;
    /** Nothing has been fired of this window and key before. */
    readonly isFirst: boolean;
    /** No further pane of this keyed window can follow. */
    readonly isLast: boolean;
    /** It withdraws the pane with this index: take `value` back out. Only where windows are retracting. */
    readonly isRetraction?: true;
  };
  /**
   * Records were given up, after as many attempts or at such an age as the deployment says, that may have belonged into it, or into what it was made of. Absent where there can be none.
   */
  readonly isIncomplete?: true;
  /** The firing that it left with, and its place in there. Every pane of an epoch is on the stream before the first one of the next is. */
  readonly epoch: PanePlace;
  /** The pipeline's watermark when it fired, in epoch milliseconds. */
  readonly watermark: EventTime;
  /** Events in the pane. */
  readonly count: number;
  /** The result of every aggregate, by name. */
  readonly value: V;
}

/** A pane of any window of a pipeline, with the results that the window declares. */
export type PaneIn<V> = { [N in keyof V]: Pane<V[N]> & { readonly window: N } }[keyof V];
