import type { ByteReader, ByteWriter } from '../log/bytes.ts';
import type { Commit, Delta } from '../log/commit.ts';
import type { LineWriter } from '../log/line-writer.ts';
import type { Position } from '../log/position.ts';
import type { LateRefusal } from '../log/refusal.ts';
import type { Pane } from '../pipeline/pane.ts';
import type { WindowOperator } from '../pipeline/window-operator.ts';
import type { EventTime } from '../time/event-time.ts';
import type { KeyedWindow } from './keyed-window.ts';
import type { OpenWindows } from './open-windows.ts';
import type { PanePlaces } from './pane-places.ts';

/** A delta on its way into state. */
export interface Arrival {
  readonly delta: Delta;
  readonly commit: Commit;
  /** Of the commit. */
  readonly position: Position;
  /** Of the last epoch: what is late is judged by it. */
  readonly watermark: EventTime;
  /** The epoch that comes next, in whose cut this is. */
  readonly epoch: Position;
}

/** A step of the watermark, and which triggers of processing time are due with it. */
export interface Advance {
  /** Of the last epoch. */
  readonly from: EventTime;
  readonly to: EventTime;
  readonly earlyIsDue: boolean;
  readonly lateIsDue: boolean;
}

/** A pane whose place in its epoch is not known yet, nor whether events that belong into it were given up. */
export type PaneDraft = Omit<Pane, 'epoch' | 'isIncomplete'>;

/** Panes that leave together, by key: of one window, or of one key and what it replaces. */
export interface Emission {
  /** The lowest time of an event that could have changed them, had it come. */
  readonly from: EventTime;
  readonly end: EventTime;
  readonly count: number;
  /** Of them, those that say again what a window has said, because of late events. */
  readonly late: number;
  /** As many. Nothing may be taken in before they are asked for, nor before they are written. */
  panes(): Iterable<PaneDraft>;
  /** Writes each as JSON, its place behind what it says. */
  write(lines: LineWriter, places: PanePlaces): void;
}

/**
 * Panes of one key, before each the withdrawals of what it replaces.
 *
 * @param from As in {@link Emission}. Default: where the window begins.
 */
export function emissionOf({ start, end }: KeyedWindow, panes: readonly PaneDraft[], from: EventTime = start): Emission {
  return {
    from,
    end,
    count: panes.length,
    late: panes.reduce((sum, { pane }) => (pane.timing === 'LATE' ? sum + 1 : sum), 0),
    panes: () => panes,
    write: (lines, places) => {
      for (const pane of panes) {
        lines.text(JSON.stringify(pane).slice(0, -1));
        places.endPane(lines);
      }
    },
  };
}

/** The open windows of one window definition. */
export interface OperatorState {
  /** Keyed windows or slices with state: what an idle pipeline has none of. */
  readonly openWindows: number;
  /** The epoch in whose cut the oldest of it came, if there is any. */
  readonly firstEpoch: Position | undefined;
  /**
   * Windows with this end or an earlier one have closed and never open again, whatever lateness is allowed by now. The beginning of time while lateness was never raised.
   */
  closedTo: EventTime;
  /**
   * Goes on under another definition of the same windows, which may allow more lateness.
   *
   * @param watermark Of the last epoch.
   */
  adopt(operator: WindowOperator<never>, watermark: EventTime): void;
  /** Takes a delta in; refuses, key by key, what comes after its window has closed. */
  absorb(arrival: Arrival): LateRefusal[];
  /** The lowest watermark above `from`, that of the last epoch, at which something fires or closes; absent when nothing is open. */
  nextDue(from: EventTime): EventTime | undefined;
  /** The panes that are due, by end of window and then by key, and how much state closes; both leave. */
  advance(advance: Advance): { emissions: Emission[]; closed: number };
  /** @param watermark Of the last epoch: by it a window is open or not. */
  look(watermark: EventTime): OpenWindows;
  /** Writes all of it. The same state gives the same bytes, however it came about. */
  write(writer: ByteWriter): void;
  /** Takes in what was written; nothing else was taken in before. */
  read(reader: ByteReader): void;
}
