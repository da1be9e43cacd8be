import type { Group } from '../grouping/group-key.ts';
import type { LateRefusal } from '../log/refusal.ts';
import type { PaneTiming } from '../pipeline/pane.ts';
import type { WindowOperator } from '../pipeline/window-operator.ts';
import type { Table } from '../table/table.ts';
import type { EventTime } from '../time/event-time.ts';
import type { Arrival, KeyedWindow, PaneDraft } from './operator-state.ts';

/** What a pane says of its window. */
export interface PaneContent {
  readonly count: number;
  readonly value: Readonly<Record<string, unknown>>;
}

/** Writes the documents that leave one window definition, with their ids. */
export class PaneWriter {
  readonly #pipeline: string;
  readonly #operator: WindowOperator<never>;

  constructor(pipeline: string, operator: WindowOperator<never>) {
    this.#pipeline = pipeline;
    this.#operator = operator;
  }

  /** The results of a row, for this window. */
  content(table: Table, row: number, window: KeyedWindow): PaneContent {
    const results = table.results(row, window, window.key);
    return {
      count: table.events.at(row),
      value: Object.fromEntries(this.#operator.aggregateNames.map((name, index) => [name, results[index]])),
    };
  }

  pane(window: KeyedWindow, timing: PaneTiming, index: number, isLast: boolean, watermark: EventTime, content: PaneContent): PaneDraft {
    const { key, start, end } = window;
    return {
      id: `${this.#id(window)}:${index}`,
      pipeline: this.#pipeline,
      window: this.#operator.name,
      key,
      ...this.#group(key),
      start,
      end,
      pane: { timing, index, isFirst: index === 0, isLast },
      watermark,
      ...content,
    };
  }

  /** Withdraws a pane: said before the one that replaces it. */
  retraction(window: KeyedWindow, timing: PaneTiming, index: number, watermark: EventTime, content: PaneContent): PaneDraft {
    const pane = this.pane(window, timing, index, false, watermark, content);
    return { ...pane, id: `${pane.id}:retraction`, pane: { ...pane.pane, isRetraction: true } };
  }

  /** One row of a delta that came too late. */
  refusal(window: KeyedWindow, row: number, { delta, commit, position, watermark }: Arrival): LateRefusal {
    return {
      kind: 'lateDelta',
      id: `${this.#id(window)}@${commit.shard}:${position}`,
      pipeline: this.#pipeline,
      reason: {
        code: 'late',
        message: 'the watermark passed the end and the allowed lateness of the window while these events were on their way',
      },
      window: this.#operator.name,
      key: window.key,
      ...this.#group(window.key),
      start: window.start,
      end: window.end,
      ...this.content(delta.table, row, window),
      watermark,
      shard: commit.shard,
      firstSequenceNumber: commit.first,
      lastSequenceNumber: commit.last,
    };
  }

  #group(key: string): { readonly group?: Group } {
    const group = this.#operator.grouping.groupOf(key);
    return group === undefined ? {} : { group };
  }

  #id({ key, start, end }: KeyedWindow): string {
    return `${this.#pipeline}:${this.#operator.name}:${start}-${end}:${key}`;
  }
}
