import type { WindowBounds } from '../aggregates/aggregate.ts';
import type { Commit, Delta } from '../log/commit.ts';
import type { Pane } from '../log/pane.ts';
import { type Position } from '../log/position.ts';
import type { LateRefusal } from '../log/refusal.ts';
import { cleanupTime, createTable, maxTimestamp, type WindowOperator } from '../pipeline/window-operator.ts';
import type { Table } from '../table/table.ts';
import type { EventTime } from '../time/event-time.ts';
import { OpenWindow } from './open-window.ts';

/** The open windows of one window definition. */
export class OperatorState {
  readonly #pipeline: string;
  readonly #operator: WindowOperator<never>;
  readonly #windows = new Map<EventTime, OpenWindow>();

  constructor(pipeline: string, operator: WindowOperator<never>) {
    this.#pipeline = pipeline;
    this.#operator = operator;
  }

  get name(): string {
    return this.#operator.name;
  }

  get openWindows(): number {
    return this.#windows.size;
  }

  /** The epoch in whose cut the oldest open window began, if any is open. */
  get firstEpoch(): Position | undefined {
    let first: Position | undefined;
    for (const window of this.#windows.values()) if (first === undefined || window.firstEpoch < first) first = window.firstEpoch;
    return first;
  }

  /** Merges a delta into its window; refuses it, row by row, when the watermark has closed that window. */
  absorb(delta: Delta, commit: Commit, position: Position, watermark: EventTime, epoch: Position): LateRefusal[] {
    const end = this.#operator.assigner.endOf(delta.start);
    if (cleanupTime(this.#operator, end) <= watermark) {
      return delta.table.keys.map((_key, row) => this.#refuse(delta, row, end, commit, position, watermark));
    }
    let window = this.#windows.get(delta.start);
    if (window === undefined) {
      window = new OpenWindow(delta.start, end, createTable(this.#operator), epoch);
      this.#windows.set(delta.start, window);
    }
    window.merge(delta.table);
    return [];
  }

  /** The panes that are due when the watermark moves, and the windows that close; both leave this state. */
  advance(from: EventTime, to: EventTime): { panes: Pane[]; closed: number } {
    const panes: Pane[] = [];
    let closed = 0;
    for (const window of this.#byStart()) {
      if (maxTimestamp(window.end) > to) continue;
      const closes = cleanupTime(this.#operator, window.end) <= to;
      const timing = maxTimestamp(window.end) <= from ? 'LATE' : 'ON_TIME';
      for (const { row, index } of window.takeDue()) {
        panes.push(this.#pane(window, row, to, { timing, index, isFirst: index === 0, isLast: closes }));
      }
      if (closes) {
        this.#windows.delete(window.start);
        closed++;
      }
    }
    return { panes, closed };
  }

  #byStart(): OpenWindow[] {
    return [...this.#windows.values()].sort((a, b) => a.start - b.start);
  }

  #pane(window: OpenWindow, row: number, watermark: EventTime, pane: Pane['pane']): Pane {
    const { start, end, table } = window;
    const key = table.keys[row] as string;
    return {
      id: `${this.#keyedWindowId(start, end, key)}:${pane.index}`,
      pipeline: this.#pipeline,
      window: this.name,
      key,
      start,
      end,
      pane,
      watermark,
      count: table.events.at(row),
      value: this.#value(table, row, window),
    };
  }

  #refuse(delta: Delta, row: number, end: EventTime, commit: Commit, position: Position, watermark: EventTime): LateRefusal {
    const key = delta.table.keys[row] as string;
    return {
      kind: 'lateDelta',
      id: `${this.#keyedWindowId(delta.start, end, key)}@${commit.shard}:${position}`,
      pipeline: this.#pipeline,
      reason: { code: 'late', message: 'the watermark passed the end and the allowed lateness of the window while these events were on their way' },
      window: this.name,
      key,
      start: delta.start,
      end,
      count: delta.table.events.at(row),
      value: this.#value(delta.table, row, { start: delta.start, end }),
      watermark,
      shard: commit.shard,
      firstSequenceNumber: commit.first,
      lastSequenceNumber: commit.last,
    };
  }

  #keyedWindowId(start: EventTime, end: EventTime, key: string): string {
    return `${this.#pipeline}:${this.name}:${start}-${end}:${key}`;
  }

  #value(table: Table, row: number, bounds: WindowBounds): Record<string, unknown> {
    const results = table.results(row, bounds);
    return Object.fromEntries(this.#operator.aggregateNames.map((name, index) => [name, results[index]]));
  }
}
