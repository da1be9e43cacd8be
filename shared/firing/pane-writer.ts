import type { Group } from '../grouping/group-key.ts';
import { type LineWriter, type Phrase, phrase } from '../log/line-writer.ts';
import type { LateRefusal } from '../log/refusal.ts';
import type { PaneTiming } from '../pipeline/pane.ts';
import type { WindowOperator } from '../pipeline/window-operator.ts';
import type { Table } from '../table/table.ts';
import type { EventTime } from '../time/event-time.ts';
import type { KeyedWindow } from './keyed-window.ts';
import type { Arrival, Emission, PaneDraft } from './operator-state.ts';
import type { PaneContent } from './pane-content.ts';
import type { PanePlaces } from './pane-places.ts';

const BEFORE_VALUE = phrase(',"value":{');
const END = phrase('}');

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
      pane: paneInfo(timing, index, isLast),
      watermark,
      ...content,
    };
  }

  /** The panes of all keys of a window that has fired nothing yet, on time: the same as one by one, several times sooner where there are very many. */
  whole(table: Table, start: EventTime, end: EventTime, isLast: boolean, watermark: EventTime): Emission {
    return {
      from: start,
      end,
      count: table.size,
      late: 0,
      panes: () => this.#panes(table, start, end, isLast, watermark),
      write: (lines, places) => this.#write(lines, places, table, start, end, isLast, watermark),
    };
  }

  *#panes(table: Table, start: EventTime, end: EventTime, isLast: boolean, watermark: EventTime): Generator<PaneDraft> {
    for (const row of table.rowsByKey()) {
      const window = { key: table.keys[row] as string, start, end };
      yield this.pane(window, 'ON_TIME', 0, isLast, watermark, this.content(table, row, window));
    }
  }

  /** What `JSON.stringify` makes of them. */
  #write(
    lines: LineWriter,
    places: PanePlaces,
    table: Table,
    start: EventTime,
    end: EventTime,
    isLast: boolean,
    watermark: EventTime,
  ): void {
    const { name, aggregateNames } = this.#operator;
    const bounds = { start, end };
    const beforeId = phrase(`{"id":${JSON.stringify(this.#id({ key: '', start, end })).slice(0, -1)}`);
    const behindId = phrase(`:0","pipeline":${JSON.stringify(this.#pipeline)},"window":${JSON.stringify(name)},"key":"`);
    const info = JSON.stringify({ start, end, pane: paneInfo('ON_TIME', 0, isLast), watermark });
    const beforeCount = `,${info.slice(1, -1)},"count":`;
    const behindGroup = phrase(beforeCount);
    const behindKey = phrase(`"${beforeCount}`);
    const labels = aggregateNames.map(
      (each): Label => ({ first: phrase(`${JSON.stringify(each)}:`), next: phrase(`,${JSON.stringify(each)}:`) }),
    );
    const sorted = table.sorted();
    for (let row = 0; row < sorted.size; row++) {
      const key = sorted.keys[row] as string;
      const group = this.#operator.grouping.groupOf(key);
      lines.phrase(beforeId);
      lines.unquotedTwice(key, behindId);
      if (group !== undefined) lines.text(`","group":${JSON.stringify(group)}`);
      lines.phrase(group === undefined ? behindKey : behindGroup);
      lines.number(sorted.events.at(row));
      lines.phrase(BEFORE_VALUE);
      writeValue(lines, labels, sorted.results(row, bounds, key));
      lines.phrase(END);
      places.endPane(lines);
    }
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

function paneInfo(timing: PaneTiming, index: number, isLast: boolean): PaneDraft['pane'] {
  return { timing, index, isFirst: index === 0, isLast };
}

/** How the first property of an object begins, if it is that, and how it does otherwise. */
interface Label {
  readonly first: Phrase;
  readonly next: Phrase;
}

/** The properties of an object, without what `JSON.stringify` leaves out. */
function writeValue(lines: LineWriter, labels: readonly Label[], results: readonly unknown[]): void {
  let isFirst = true;
  for (let at = 0; at < labels.length; at++) {
    const result = results[at];
    const text = typeof result === 'number' ? '' : JSON.stringify(result);
    if (text === undefined) continue;
    const { first, next } = labels[at] as Label;
    lines.phrase(isFirst ? first : next);
    isFirst = false;
    if (typeof result === 'number') lines.number(result);
    else lines.text(text);
  }
}
