import type { WindowOperator } from '../pipeline/window-operator.ts';
import { Table } from '../table/table.ts';
import type { EventTime } from '../time/event-time.ts';
import type { Fresh } from '../triggers/is-due.ts';
import type { PaneContent, PaneWriter } from './pane-writer.ts';

/** What is known of a window that may fire more than once: how often each key has fired, and what has come since. */
export class TrackedWindow {
  readonly start: EventTime;
  readonly end: EventTime;
  readonly #operator: WindowOperator<never>;
  /** What came since the last pane of each key. */
  #changed: Table;
  readonly #panes = new Map<string, number>();
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
    const { keys } = this.#changed;
    return keys.map((_key, row) => row).sort((a, b) => ((keys[a] as string) < (keys[b] as string) ? -1 : 1));
  }

  panesOf(key: string): number {
    return this.#panes.get(key) ?? 0;
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
      if (isUnknown) this.#panes.set(key, said === undefined ? 0 : 1);
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
      if (!saidNothing) this.#panes.set(key, this.panesOf(key) + 1);
    }
    this.#isComplete = true;
    this.#said.clear();
    this.#changed = new Table(this.#operator.shape);
  }

  /** The panes of these rows of {@link changed} have left. */
  fired(rows: readonly number[]): void {
    const leaving = new Set(rows);
    const staying = new Table(this.#operator.shape);
    for (let row = 0; row < this.#changed.size; row++) {
      const key = this.#changed.keys[row] as string;
      if (leaving.has(row)) {
        this.#panes.set(key, this.panesOf(key) + 1);
        this.#said.delete(key);
      } else {
        staying.mergeRow(this.#changed, row);
      }
    }
    this.#changed = staying;
  }
}
