import type { Position } from '../log/position.ts';
import type { Table } from '../table/table.ts';
import { Float64Column } from '../table/float64-column.ts';
import type { EventTime } from '../time/event-time.ts';

/** A row that a pane is due for. */
export interface DueRow {
  readonly row: number;
  /** How many panes of this keyed window were fired before. */
  readonly index: number;
}

/** One window of one definition while it can still change: its merged table, and what has been fired of every row. */
export class OpenWindow {
  readonly start: EventTime;
  readonly end: EventTime;
  readonly table: Table;
  /** The epoch in whose cut its first events came. */
  readonly firstEpoch: Position;
  readonly #panes = new Float64Column(0, 16);
  readonly #eventsFired = new Float64Column(0, 16);
  #changed = false;

  constructor(start: EventTime, end: EventTime, table: Table, firstEpoch: Position) {
    this.start = start;
    this.end = end;
    this.table = table;
    this.firstEpoch = firstEpoch;
  }

  merge(delta: Table): void {
    for (let row = 0; row < delta.size; row++) this.table.mergeRow(delta, row);
    this.#changed ||= delta.size > 0;
  }

  /** Takes the rows that changed since their last pane, by key; they count as fired from here on. */
  takeDue(): DueRow[] {
    if (!this.#changed) return [];
    this.#changed = false;
    const { table } = this;
    this.#panes.reserve(table.size);
    this.#eventsFired.reserve(table.size);
    const due: DueRow[] = [];
    for (let row = 0; row < table.size; row++) {
      const events = table.events.at(row);
      if (events === this.#eventsFired.at(row)) continue;
      const index = this.#panes.at(row);
      due.push({ row, index });
      this.#eventsFired.set(row, events);
      this.#panes.set(row, index + 1);
    }
    return due.sort((a, b) => ((table.keys[a.row] as string) < (table.keys[b.row] as string) ? -1 : 1));
  }
}
