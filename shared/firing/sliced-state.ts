import type { ByteReader, ByteWriter } from '../log/bytes.ts';
import type { Position } from '../log/position.ts';
import type { LateRefusal } from '../log/refusal.ts';
import { readTable, writeSortedTable } from '../log/table-codec.ts';
import type { PaneTiming } from '../pipeline/pane.ts';
import { cleanupTime, maxTimestamp, type WindowOperator } from '../pipeline/window-operator.ts';
import { Table } from '../table/table.ts';
import { BEGINNING_OF_TIME, type EventTime } from '../time/event-time.ts';
import { isDue } from '../triggers/is-due.ts';
import type { SlicedAssigner } from '../windows/window.ts';
import { OpenSlices, type Slice } from './open-slices.ts';
import { OpenSlicedWindows } from './open-sliced-windows.ts';
import type { OpenWindows } from './open-windows.ts';
import type { KeyedWindow } from './keyed-window.ts';
import { type Advance, type Arrival, type Emission, emissionOf, type OperatorState } from './operator-state.ts';
import type { PaneContent } from './pane-content.ts';
import type { PaneWriter } from './pane-writer.ts';
import { SliceMerger } from './slice-merger.ts';
import { TrackedWindow } from './tracked-window.ts';

/**
 * State of windows that are made of slices. Events are kept by slice, once; a window is merged when it fires. Single windows are tracked only when
 * they may fire more than once: before their end by an early trigger, after it for late events.
 */
export class SlicedState implements OperatorState {
  closedTo: EventTime = BEGINNING_OF_TIME;
  #operator: WindowOperator<never>;
  readonly #assigner: SlicedAssigner;
  readonly #writer: PaneWriter;
  readonly #merger: SliceMerger;
  readonly #slices = new OpenSlices();
  /** By end. */
  readonly #tracked = new Map<EventTime, TrackedWindow>();

  constructor(operator: WindowOperator<never>, assigner: SlicedAssigner, writer: PaneWriter) {
    this.#operator = operator;
    this.#assigner = assigner;
    this.#writer = writer;
    this.#merger = new SliceMerger(operator.shape);
  }

  adopt(operator: WindowOperator<never>, watermark: EventTime): void {
    if (operator.allowedLatenessMs > this.#operator.allowedLatenessMs) {
      const closedTo = (watermark + 1 - this.#operator.allowedLatenessMs) as EventTime;
      if (closedTo > this.closedTo) this.closedTo = closedTo;
    }
    this.#operator = operator;
  }

  get openWindows(): number {
    return this.#slices.size;
  }

  get firstEpoch(): Position | undefined {
    return this.#slices.firstEpoch;
  }

  nextDue(from: EventTime): EventTime | undefined {
    let next: EventTime | undefined;
    const consider = (due: EventTime) => {
      if (due > from && (next === undefined || due < next)) next = due;
    };
    // Of slices behind one another, what is due of the first is due first.
    const [closing] = this.#slices.since((slice) => this.#sliceClosesAt(slice) > from);
    if (closing !== undefined) consider(this.#sliceClosesAt(closing));
    const [incomplete] = this.#slices.since(({ start }) => maxTimestamp(this.#assigner.lastEndOf(start)) > from);
    if (incomplete !== undefined) consider(maxTimestamp(this.#firstEndAfter(incomplete, (from + 1) as EventTime)));
    for (const end of this.#tracked.keys()) consider(this.#closesAt(end));
    return next;
  }

  absorb(arrival: Arrival): LateRefusal[] {
    const { delta, watermark, epoch } = arrival;
    const lastEnd = this.#assigner.lastEndOf(delta.start);
    if (this.#closesAt(lastEnd) <= watermark) {
      const start = this.#assigner.startOf(lastEnd);
      return delta.table.keys.map((key, row) => this.#writer.refusal({ key, start, end: lastEnd }, row, arrival));
    }
    let slice = this.#slices.get(delta.start);
    if (slice === undefined) {
      slice = { start: delta.start, table: new Table(this.#operator.shape), firstEpoch: epoch };
      this.#slices.add(slice);
    }
    for (const window of this.#windowsToTrack(delta.start, watermark)) this.#track(window, delta.table, watermark);
    slice.table.merge(delta.table);
    if (this.#merger.hasTaken(delta.start)) this.#merger.forget();
    return [];
  }

  advance(advance: Advance): { emissions: Emission[]; closed: number } {
    const { from, to } = advance;
    const emissions: Emission[] = [];
    let closed = 0;
    for (const end of this.#endsDue(advance)) {
      const completes = maxTimestamp(end) > from && maxTimestamp(end) <= to;
      // It may do so without a word, and is another window from then on.
      if (completes && this.#tracked.has(end)) closed++;
      const fired = completes ? this.#fireWhole(end, to) : this.#fireChanges(end, advance);
      // One by one: a call takes no million arguments.
      for (const emission of fired) emissions.push(emission);
    }
    return { emissions, closed: closed + this.#close(to) };
  }

  look(watermark: EventTime): OpenWindows {
    return new OpenSlicedWindows({
      operator: this.#operator,
      assigner: this.#assigner,
      writer: this.#writer,
      slices: this.#slices,
      isOpen: (end) => this.#closesAt(end) > watermark,
    });
  }

  write(writer: ByteWriter): void {
    writer.varint(this.#slices.size);
    for (const { start, firstEpoch, table } of this.#slices) {
      writer.float64(start);
      writer.varint(firstEpoch);
      writeSortedTable(writer, table);
    }
    writer.varint(this.#tracked.size);
    for (const window of [...this.#tracked.values()].sort((a, b) => a.end - b.end)) {
      writer.float64(window.end);
      window.write(writer);
    }
  }

  read(reader: ByteReader): void {
    const slices = Array.from({ length: reader.varint() }, (): Slice => {
      const start = reader.float64() as EventTime;
      const firstEpoch = reader.varint() as Position;
      return { start, firstEpoch, table: readTable(reader, this.#operator.shape) };
    });
    for (const slice of slices.sort((a, b) => a.firstEpoch - b.firstEpoch)) this.#slices.add(slice);
    for (let windows = reader.varint(); windows > 0; windows--) {
      const end = reader.float64() as EventTime;
      this.#tracked.set(end, TrackedWindow.read(this.#operator, this.#assigner.startOf(end), end, reader));
    }
  }

  /** The watermark at which a window takes no event any more. */
  #closesAt(end: EventTime): EventTime {
    return end <= this.closedTo ? BEGINNING_OF_TIME : cleanupTime(this.#operator, end);
  }

  /** The same of a slice: later for none that starts earlier. */
  #sliceClosesAt({ start }: Slice): EventTime {
    return this.#closesAt(this.#assigner.lastEndOf(start));
  }

  /** The end of the first window of a slice that is not over at a moment. */
  #firstEndAfter({ start }: Slice, moment: EventTime): EventTime {
    // The first window that holds a moment is the first one to end after it.
    return this.#assigner.firstEndOf(this.#assigner.sliceOf(Math.max(start, moment) as EventTime));
  }

  /** The windows of a slice whose single changes matter: those that have fired, and all of them when there is an early trigger. */
  *#windowsToTrack(slice: EventTime, watermark: EventTime): Generator<EventTime> {
    const lastEnd = this.#assigner.lastEndOf(slice);
    for (let end = this.#assigner.firstEndOf(slice); end <= lastEnd; end = this.#assigner.nextEnd(end)) {
      const isComplete = maxTimestamp(end) <= watermark;
      if (!isComplete && this.#operator.early === undefined) return;
      if (this.#closesAt(end) > watermark) yield end;
    }
  }

  /** Notes what changes in a window, before it changes: what had been fired is still to be seen. */
  #track(end: EventTime, delta: Table, watermark: EventTime): void {
    let window = this.#tracked.get(end);
    if (window === undefined) {
      window = new TrackedWindow(this.#operator, this.#assigner.startOf(end), end, maxTimestamp(end) <= watermark);
      this.#tracked.set(end, window);
    }
    for (let row = 0; row < delta.size; row++) {
      const key = delta.keys[row] as string;
      window.note(delta, row, () => this.#contentOf(key, window.start, end));
    }
  }

  /** Ends of the windows that may fire, rising: those that complete with this step, and those with changes. */
  #endsDue({ from, to }: Advance): EventTime[] {
    const ends = new Set<EventTime>();
    for (const [end, window] of this.#tracked) if (window.hasChanges || maxTimestamp(end) > from) ends.add(end);
    // Windows up to here have been looked at: in steps before, or with the slices before.
    let seen = (from + 1) as EventTime;
    for (const slice of this.#slices.since(({ start }) => this.#assigner.lastEndOf(start) > from + 1)) {
      const lastEnd = this.#assigner.lastEndOf(slice.start);
      if (lastEnd <= seen) continue;
      let end = this.#firstEndAfter(slice, seen);
      // Those of later slices end later still.
      if (maxTimestamp(end) > to) break;
      for (; end <= lastEnd && maxTimestamp(end) <= to; end = this.#assigner.nextEnd(end)) {
        ends.add(end);
        seen = end;
      }
    }
    return [...ends].sort((a, b) => a - b);
  }

  /** A window that completes: everything in it, on time. */
  #fireWhole(end: EventTime, to: EventTime): Emission[] {
    const start = this.#assigner.startOf(end);
    const table = this.#whole(start, end);
    const tracked = this.#tracked.get(end);
    const isLast = this.#closesAt(end) <= to;
    if (tracked === undefined) return [this.#writer.whole(table, start, end, isLast, to)];
    const emissions: Emission[] = [];
    for (const row of table.rowsByKey()) {
      const key = table.keys[row] as string;
      const index = tracked.panesOf(key);
      const changed = tracked.hasChanged(key);
      const discarding = this.#operator.accumulation === 'discarding';
      // Without anything new there is nothing to discard down to.
      if (!changed && (discarding || this.#operator.onTime === 'ifChanged')) continue;
      const content = discarding && index > 0 ? tracked.sinceLastPane(key, this.#writer) : undefined;
      emissions.push(
        this.#emit(
          tracked,
          { key, start, end },
          'ON_TIME',
          index,
          isLast,
          to,
          content ?? this.#writer.content(table, row, { key, start, end }),
        ),
      );
    }
    tracked.completed(table);
    return emissions;
  }

  /** A window that is still open, or that has fired: the keys in it that changed, when their trigger says so. */
  #fireChanges(end: EventTime, { from, to, earlyIsDue, lateIsDue }: Advance): Emission[] {
    const tracked = this.#tracked.get(end);
    if (tracked === undefined || !tracked.hasChanges) return [];
    const isComplete = maxTimestamp(end) <= from;
    const closes = this.#closesAt(end) <= to;
    const { early, late, accumulation } = this.#operator;
    const trigger = isComplete ? late : early;
    const timing: PaneTiming = isComplete ? 'LATE' : 'EARLY';
    const due = tracked
      .changes()
      // What a closing window still has to say is said.
      .filter((row) => closes || isDue(trigger, isComplete ? lateIsDue : earlyIsDue, tracked.fresh(row)));
    const emissions: Emission[] = [];
    for (const row of due) {
      const key = tracked.changed.keys[row] as string;
      const index = tracked.panesOf(key);
      const content = accumulation === 'discarding' ? tracked.sinceLastPane(key, this.#writer) : this.#contentOf(key, tracked.start, end);
      if (content !== undefined)
        emissions.push(this.#emit(tracked, { key, start: tracked.start, end }, timing, index, closes, to, content));
    }
    tracked.fired(due, timing);
    return emissions;
  }

  /** A pane, and before it the withdrawal of what it replaces. */
  #emit(
    tracked: TrackedWindow,
    window: KeyedWindow,
    timing: PaneTiming,
    index: number,
    isLast: boolean,
    watermark: EventTime,
    content: PaneContent,
  ): Emission {
    const pane = this.#writer.pane(window, timing, index, isLast, watermark, content);
    if (this.#operator.accumulation !== 'retracting' || index === 0) return emissionOf(window, [pane]);
    // Unchanged since the pane before: what that one said is what this one says.
    const withdrawn = tracked.lastSaid(window.key) ?? content;
    const retraction = this.#writer.retraction(window, tracked.lastTiming(window.key) ?? timing, index - 1, watermark, withdrawn);
    return emissionOf(window, [retraction, pane]);
  }

  /** All keys of a window. */
  #whole(start: EventTime, end: EventTime): Table {
    const only = this.#slices.get(start);
    // A slice that is a window needs no merging.
    if (only !== undefined && this.#assigner.firstEndOf(start) === end && this.#assigner.lastEndOf(start) === end) return only.table;
    return this.#merger.window(start, end, this.#slices);
  }

  /** One key of a window; nothing when it has no events there. */
  #contentOf(key: string, start: EventTime, end: EventTime): PaneContent | undefined {
    const merged = new Table(this.#operator.shape, 1);
    for (const { table } of this.#slices.within(start, end)) {
      const row = table.rowOf(key);
      if (row !== undefined) merged.mergeRow(table, row);
    }
    return merged.size === 0 ? undefined : this.#writer.content(merged, 0, { key, start, end });
  }

  #close(watermark: EventTime): number {
    let closed = this.#slices.close((slice) => this.#sliceClosesAt(slice) <= watermark);
    for (const end of this.#tracked.keys()) {
      if (this.#closesAt(end) > watermark) continue;
      this.#tracked.delete(end);
      closed++;
    }
    return closed;
  }
}
