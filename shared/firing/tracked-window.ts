import type { ByteReader, ByteWriter } from '../log/bytes.ts';
import { readTable, writeSortedTable } from '../log/table-codec.ts';
import type { PaneTiming } from '../pipeline/pane.ts';
import type { WindowOperator } from '../pipeline/window-operator.ts';
import { Table } from '../table/table.ts';
import type { EventTime } from '../time/event-time.ts';
import type { Fresh } from '../triggers/is-due.ts';
import type { PaneContent } from './pane-content.ts';
import type { PaneWriter } from './pane-writer.ts';

/** The panes that a key has had. */
interface PanesOfKey {
  readonly count: number;
  /** Of the last one. */
  readonly timing: PaneTiming;
}

/** What is known of a window that may fire more than once: how often each key has fired, and what has come since. */
export class TrackedWindow {
  readonly start: EventTime;
  readonly end: EventTime;
  readonly #operator: WindowOperator<never>;
  /** What came since the last pane of each key. */
  #changed: Table;
  readonly #panes = new Map<string, PanesOfKey>();
  /** What the last pane of a key said, where that must be withdrawn. */
  readonly #said = new Map<string, PaneContent>();
  #isComplete: boolean;

  /** @param isComplete Whether the window has fired on time: then a key that was in it has had a pane. */
  constructor(operator: WindowOperator<never>, start: EventTime, end: EventTime, isComplete: boolean) {
    this.#operator = operator;
    this.start = start;
    this.end = end;
    this.#isComplete = isComplete;
    this.#changed = new Table(operator.shape);
  }

  /** What {@link write} wrote. */
  static read(operator: WindowOperator<never>, start: EventTime, end: EventTime, reader: ByteReader): TrackedWindow {
    const window = new TrackedWindow(operator, start, end, reader.varint() === 1);
    window.#changed = readTable(reader, operator.shape);
    for (let keys = reader.varint(); keys > 0; keys--)
      window.#panes.set(reader.text(), { count: reader.varint(), timing: reader.text() as PaneTiming });
    for (let keys = reader.varint(); keys > 0; keys--) window.#said.set(reader.text(), JSON.parse(reader.text()) as PaneContent);
    return window;
  }

  get changed(): Table {
    return this.#changed;
  }

  get hasChanges(): boolean {
    return this.#changed.size > 0;
  }

  hasChanged(key: string): boolean {
    return this.#changed.rowOf(key) !== undefined;
  }

  /** What has come for a row of {@link changed}. */
  fresh(row: number): Fresh {
    const { criticalAt } = this.#operator;
    return {
      events: this.#changed.events.at(row),
      critical: criticalAt === undefined ? 0 : Number(this.#changed.result(criticalAt, row)),
    };
  }

  /** Rows of {@link changed}, by key. */
  changes(): number[] {
    return [...this.#changed.rowsByKey()];
  }

  panesOf(key: string): number {
    return this.#panes.get(key)?.count ?? 0;
  }

  /** As what the last pane of a key fired. */
  lastTiming(key: string): PaneTiming | undefined {
    return this.#panes.get(key)?.timing;
  }

  /** What the last pane of a key said, if it has changed since and that must be withdrawn. */
  lastSaid(key: string): PaneContent | undefined {
    return this.#said.get(key);
  }

  sinceLastPane(key: string, writer: PaneWriter): PaneContent | undefined {
    const row = this.#changed.rowOf(key);
    return row === undefined ? undefined : writer.content(this.#changed, row, { key, start: this.start, end: this.end });
  }

  /**
   * Takes note of a row that is about to change the window.
   *
   * @param before What the window holds of the key until now, computed.
   */
  note(delta: Table, row: number, before: () => PaneContent | undefined): void {
    const key = delta.keys[row] as string;
    if (!this.hasChanged(key)) {
      const isUnknown = this.#isComplete && !this.#panes.has(key);
      const mustBeWithdrawn = this.#operator.accumulation === 'retracting' && (this.#isComplete || this.panesOf(key) > 0);
      const said = isUnknown || mustBeWithdrawn ? before() : undefined;
      if (isUnknown && said !== undefined) this.#onePaneMore(key, 'ON_TIME');
      if (mustBeWithdrawn && said !== undefined) this.#said.set(key, said);
    }
    this.#changed.mergeRow(delta, row);
  }

  /** The on-time panes of these keys have left. */
  completed(table: Table): void {
    for (const key of table.keys) {
      // A key that had nothing new and said nothing again keeps its number.
      const mayBeSilent = this.#operator.onTime === 'ifChanged' || this.#operator.accumulation === 'discarding';
      const saidNothing = mayBeSilent && !this.hasChanged(key);
      if (!saidNothing) this.#onePaneMore(key, 'ON_TIME');
    }
    this.#isComplete = true;
    this.#said.clear();
    this.#changed = new Table(this.#operator.shape);
  }

  /** The panes of these rows of {@link changed} have left. */
  fired(rows: readonly number[], timing: PaneTiming): void {
    const leaving = new Set(rows);
    const staying = new Table(this.#operator.shape);
    for (let row = 0; row < this.#changed.size; row++) {
      const key = this.#changed.keys[row] as string;
      if (leaving.has(row)) {
        this.#onePaneMore(key, timing);
        this.#said.delete(key);
      } else {
        staying.mergeRow(this.#changed, row);
      }
    }
    this.#changed = staying;
  }

  /** Writes all but its bounds. The same window gives the same bytes, however it came about. */
  write(writer: ByteWriter): void {
    writer.varint(this.#isComplete ? 1 : 0);
    writeSortedTable(writer, this.#changed);
    writer.varint(this.#panes.size);
    for (const [key, { count, timing }] of byKey(this.#panes)) {
      writer.text(key);
      writer.varint(count);
      writer.text(timing);
    }
    writer.varint(this.#said.size);
    for (const [key, content] of byKey(this.#said)) {
      writer.text(key);
      writer.text(JSON.stringify(content));
    }
  }

  #onePaneMore(key: string, timing: PaneTiming): void {
    this.#panes.set(key, { count: this.panesOf(key) + 1, timing });
  }
}

function byKey<T>(map: ReadonlyMap<string, T>): [string, T][] {
  return [...map].sort(([a], [b]) => (a < b ? -1 : 1));
}
