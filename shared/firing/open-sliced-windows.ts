import type { WindowOperator } from '../pipeline/window-operator.ts';
import { Table } from '../table/table.ts';
import type { EventTime } from '../time/event-time.ts';
import type { SlicedAssigner } from '../windows/window.ts';
import type { OpenSlices, Slice } from './open-slices.ts';
import type { OpenKeyedWindow, OpenWindow, OpenWindows } from './open-windows.ts';
import type { PaneWriter } from './pane-writer.ts';

/** The windows that slices make up. */
export interface Sliced {
  readonly operator: WindowOperator<never>;
  readonly assigner: SlicedAssigner;
  readonly writer: PaneWriter;
  readonly slices: OpenSlices;
  /** Whether a window with this end takes events. */
  isOpen(this: void, end: EventTime): boolean;
}

/** Looks at windows that are made of slices. */
export class OpenSlicedWindows implements OpenWindows {
  readonly #sliced: Sliced;

  constructor(sliced: Sliced) {
    this.#sliced = sliced;
  }

  /** Goes through the slices with the window, so that each slice is counted in once and out once, however many windows share it. */
  *all(): Generator<OpenWindow> {
    const { assigner, slices } = this.#sliced;
    const inWindow: Slice[] = [];
    const slicesOfKey = new Map<string, number>();
    let events = 0;
    let takenBefore = Number.NEGATIVE_INFINITY as EventTime;
    for (const end of this.#ends()) {
      const start = assigner.startOf(end);
      for (const slice of slices.within(start > takenBefore ? start : takenBefore, end)) {
        inWindow.push(slice);
        events += eventsOf(slice);
        for (const key of slice.table.keys) slicesOfKey.set(key, (slicesOfKey.get(key) ?? 0) + 1);
      }
      takenBefore = end;
      for (let oldest = inWindow[0]; oldest !== undefined && oldest.start < start; oldest = inWindow[0]) {
        inWindow.shift();
        events -= eventsOf(oldest);
        for (const key of oldest.table.keys) {
          const left = (slicesOfKey.get(key) ?? 0) - 1;
          if (left === 0) slicesOfKey.delete(key);
          else slicesOfKey.set(key, left);
        }
      }
      yield { start, end, keys: slicesOfKey.size, events };
    }
  }

  *keys(): Generator<string> {
    for (const { table } of this.#sliced.slices) yield* table.keys;
  }

  *of(key: string): Generator<OpenKeyedWindow> {
    const { assigner, slices, operator, writer } = this.#sliced;
    for (const end of this.#ends((slice) => slice.table.rowOf(key) !== undefined)) {
      const start = assigner.startOf(end);
      const merged = new Table(operator.shape, 1);
      for (const { table } of slices.within(start, end)) {
        const row = table.rowOf(key);
        if (row !== undefined) merged.mergeRow(table, row);
      }
      const window = { key, start, end };
      yield { ...window, content: writer.content(merged, 0, window) };
    }
  }

  /** Ends of the open windows that hold any of some slices, rising. */
  *#ends(isMeant: (slice: Slice) => boolean = () => true): Generator<EventTime> {
    const { assigner, slices, isOpen } = this.#sliced;
    let seen = Number.NEGATIVE_INFINITY as EventTime;
    for (const slice of slices) {
      if (!isMeant(slice)) continue;
      const lastEnd = assigner.lastEndOf(slice.start);
      // The first window that holds a moment is the first one to end after it.
      let end = assigner.firstEndOf(assigner.sliceOf(Math.max(slice.start, seen) as EventTime));
      for (; end <= lastEnd; end = assigner.nextEnd(end)) if (isOpen(end)) yield end;
      if (lastEnd > seen) seen = lastEnd;
    }
  }
}

function eventsOf({ table }: Slice): number {
  let events = 0;
  for (let row = 0; row < table.size; row++) events += table.events.at(row);
  return events;
}
