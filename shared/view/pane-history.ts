import { decodeEpochHeader, readEpochLines } from '../log/epoch.ts';
import { epochLog, type LogName } from '../log/keys.ts';
import type { PositionedEntry } from '../log/log-entry.ts';
import { ORIGIN, type Position } from '../log/position.ts';
import { type Lane, laneOf } from '../pipeline/lane.ts';
import type { Pane } from '../pipeline/pane.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { WindowOperator } from '../pipeline/window-operator.ts';
import type { LogStore } from '../ports/log-store.ts';
import { firstEpochAt } from '../provenance/first-epoch-at.ts';
import { readSpan } from '../provenance/read-span.ts';
import type { EventTime } from '../time/event-time.ts';
import type { Page } from './page.ts';

/** Which panes. */
export interface PaneQuery {
  /** A window's name. */
  readonly window?: string | undefined;
  readonly key?: string | undefined;
  /** Bounds of the end of windows: `from < end <= to`. */
  readonly from?: EventTime | undefined;
  readonly to?: EventTime | undefined;
}

/** A place in the history: behind this pane of this epoch of this lane, and so before it in time. */
export interface HistoryPlace {
  readonly lane: Lane;
  readonly position: Position;
  /** Of the pane in its epoch; 0: behind all of it. */
  readonly index: number;
}

/** A stretch of epochs, both ends included. */
interface Span {
  readonly from: Position;
  readonly to: Position;
}

// So much is read for one page, whatever is asked for.
const EPOCHS_A_PAGE = 500;
const BYTES_A_PAGE = 32 * 1024 * 1024;
// Read forwards at a time, told backwards.
const EPOCHS_A_BLOCK = 25;

/** The panes that have been fired, newest first, from the log of epochs: as long as these are kept. Lane by lane, where there are several. */
export class PaneHistory {
  readonly #pipeline: Pipeline<never>;
  readonly #logStore: LogStore;

  constructor(pipeline: Pipeline<never>, logStore: LogStore) {
    this.#pipeline = pipeline;
    this.#logStore = logStore;
  }

  /** A page may hold fewer than its limit, even none, and yet have a next one: it ends, too, when a page's worth of epochs has been read. */
  async panes(query: PaneQuery, limit: number, behind?: HistoryPlace): Promise<Page<Pane, HistoryPlace>> {
    const { name, lanes } = this.#pipeline;
    const lane = behind?.lane ?? (query.key === undefined ? 0 : laneOf(query.key, lanes));
    const reader = new PageReader(query, limit);
    const log = epochLog(name, lane);
    const span = await this.#span(log, query, behind);
    const next = span === undefined ? undefined : await this.#read(log, lane, span, reader, behind);
    if (next !== undefined || query.key !== undefined || lane + 1 === lanes) return pageWith(reader.panes, next);
    // The beginning of the next lane is behind an epoch that there will never be.
    return pageWith(reader.panes, { lane: lane + 1, position: Number.MAX_SAFE_INTEGER as Position, index: 0 });
  }

  /** The epochs that may hold such panes. */
  async #span(log: LogName, { window, from, to }: PaneQuery, behind: HistoryPlace | undefined): Promise<Span | undefined> {
    const newest = await this.#logStore.last(log);
    if (newest === undefined) return undefined;
    const { watermark } = decodeEpochHeader(newest);
    const firstAt = async (at: number) =>
      at <= watermark ? (await firstEpochAt(this.#logStore, log, at as EventTime, newest.position)).position : undefined;
    const meant = this.#pipeline.operators.filter(({ name }) => window === undefined || name === window);
    // Without early panes nothing of a window leaves before the watermark has passed it.
    const mayBeEarly = meant.some(({ early }) => early !== undefined);
    const first = from === undefined || mayBeEarly ? (1 as Position) : await firstAt(from);
    const last = to === undefined ? undefined : await firstAt(to + Math.max(0, ...meant.map(keptForMs)));
    if (first === undefined) return undefined;
    const upTo = Math.min(last ?? newest.position, behind?.position ?? newest.position, newest.position) as Position;
    return { from: first, to: upTo };
  }

  /** Reads epochs backwards until a page is full; tells where the next one begins. */
  async #read(log: LogName, lane: Lane, { from, to }: Span, reader: PageReader, behind?: HistoryPlace): Promise<HistoryPlace | undefined> {
    let epochsLeft = EPOCHS_A_PAGE;
    let bytesLeft = BYTES_A_PAGE;
    for (let upTo = to; upTo >= from; ) {
      const after = Math.max(upTo - EPOCHS_A_BLOCK, from - 1, ORIGIN) as Position;
      const block: PositionedEntry[] = [];
      for await (const part of readSpan(this.#logStore, log, after, upTo)) if (part.kind === 'entry') block.push(part);
      for (const entry of block.toReversed()) {
        const beforeIndex = entry.position === behind?.position ? behind.index : Number.POSITIVE_INFINITY;
        const index = reader.take(entry, beforeIndex);
        if (index !== undefined) return { lane, position: entry.position, index };
        bytesLeft -= entry.payload.length;
      }
      epochsLeft -= upTo - after;
      upTo = after;
      // Before what has expired there is nothing.
      if (block.length === 0) return undefined;
      if (upTo >= from && (epochsLeft <= 0 || bytesLeft <= 0)) return { lane, position: (upTo + 1) as Position, index: 0 };
    }
    return undefined;
  }
}

/** Gathers the panes of a page. */
class PageReader {
  readonly panes: Pane[] = [];
  readonly #query: PaneQuery;
  readonly #limit: number;
  /** What the line of such a pane contains, whatever else it says: most need not be parsed. */
  readonly #marks: readonly string[];

  constructor(query: PaneQuery, limit: number) {
    this.#query = query;
    this.#limit = limit;
    const { window, key } = query;
    this.#marks = [
      ...(window === undefined ? [] : [`"window":${JSON.stringify(window)}`]),
      ...(key === undefined ? [] : [`"key":${JSON.stringify(key)}`]),
    ];
  }

  /** Takes those of an epoch, last first, that stand before an index; the index of the last one that was taken, when there are more than the page holds. */
  take(entry: PositionedEntry, beforeIndex: number): number | undefined {
    const found: { readonly index: number; readonly pane: Pane }[] = [];
    const room = this.#limit - this.panes.length;
    let index = 0;
    for (const { panes } of readEpochLines(entry)) {
      for (const line of panes) {
        const pane = index < beforeIndex ? this.#meant(line) : undefined;
        if (pane !== undefined) found.push({ index, pane });
        // The last ones come first: of all others it is enough to know that there are some.
        if (found.length > room + 1) found.shift();
        index++;
      }
    }
    const taken = found.slice(Math.max(found.length - room, 0)).toReversed();
    for (const { pane } of taken) this.panes.push(pane);
    return found.length > room ? (taken.at(-1)?.index ?? beforeIndex) : undefined;
  }

  #meant(line: string): Pane | undefined {
    if (!this.#marks.every((mark) => line.includes(mark))) return undefined;
    const pane = JSON.parse(line) as Pane;
    const { window = pane.window, key = pane.key, from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY } = this.#query;
    return pane.window === window && pane.key === key && pane.end > from && pane.end <= to ? pane : undefined;
  }
}

/** How far the watermark goes beyond the end of a window before nothing more leaves of it. */
function keptForMs({ assigner, allowedLatenessMs, accumulation }: WindowOperator<never>): number {
  // A session that another becomes a part of may be withdrawn whenever that happens.
  if (assigner.merges && accumulation === 'retracting') return Number.POSITIVE_INFINITY;
  return allowedLatenessMs + (assigner.merges ? assigner.gapMsMax : 0);
}

function pageWith(items: readonly Pane[], next: HistoryPlace | undefined): Page<Pane, HistoryPlace> {
  return { items, ...(next === undefined ? {} : { next }), isCurrent: true };
}
