import { decodeEpoch, type Epoch, type EpochHeader } from '../log/epoch.ts';
import type { LogName } from '../log/keys.ts';
import { nextPosition, ORIGIN, type Position } from '../log/position.ts';
import type { Pane } from '../pipeline/pane.ts';
import { cleanupTime, maxTimestamp, type WindowOperator } from '../pipeline/window-operator.ts';
import type { LogStore } from '../ports/log-store.ts';
import type { EventTime } from '../time/event-time.ts';
import { firstEpochAt } from './first-epoch-at.ts';
import type { PaneId } from './pane-id.ts';
import { readSpan } from './read-span.ts';

/** A pane and the epoch that holds it. */
export interface FoundPane {
  readonly pane: Pane;
  readonly epoch: Epoch;
  readonly position: Position;
}

/** What a search came upon, whether or not it found the pane. */
export interface PaneSearch {
  readonly found: FoundPane | undefined;
  /** Panes of the same window and key, in the epochs that were looked at: of sessions, of any that overlap. */
  readonly siblings: readonly FoundPane[];
  /** Panes of the same window with other keys. */
  readonly otherKeys: number;
  /** Epochs up to here have expired, if any has that would have been looked at. */
  readonly expiredTo: Position;
}

// Early panes stand shortly before the one at the end.
const EPOCHS_BACK = 50;

/** Looks for the epoch that holds a pane: where the window became complete and behind that, then, where there are early panes, before it. */
export class PaneFinder {
  readonly #logStore: LogStore;
  readonly #log: LogName;
  readonly #operator: WindowOperator<never>;
  readonly #id: PaneId;
  #found: FoundPane | undefined;
  readonly #siblings: FoundPane[] = [];
  #otherKeys = 0;
  #expiredTo: Position = ORIGIN;

  /** @param log Of the epochs of the key's lane. */
  constructor(log: LogName, logStore: LogStore, operator: WindowOperator<never>, id: PaneId) {
    this.#logStore = logStore;
    this.#log = log;
    this.#operator = operator;
    this.#id = id;
  }

  /** @param newest The newest epoch's position. */
  async find(newest: Position, header: EpochHeader): Promise<PaneSearch> {
    const { early } = this.#operator;
    const complete = header.watermark < this.#completeAt ? nextPosition(newest) : await this.#firstAtOrBehind(this.#completeAt, newest);
    await this.#lookBehind((complete - 1) as Position, newest);
    for (let upTo = complete - 1; early !== undefined && this.#found === undefined && upTo > this.#expiredTo; upTo -= EPOCHS_BACK) {
      await this.#look(Math.max(upTo - EPOCHS_BACK, ORIGIN) as Position, upTo as Position);
    }
    return { found: this.#found, siblings: this.#siblings, otherKeys: this.#otherKeys, expiredTo: this.#expiredTo };
  }

  /** The watermark at which the window is complete. */
  get #completeAt(): EventTime {
    return this.#operator.assigner.merges ? this.#id.end : maxTimestamp(this.#id.end);
  }

  /** The watermark behind which the window fires no more. A session that it has become a part of may still withdraw its panes. */
  get #silentAt(): number {
    const { assigner, allowedLatenessMs } = this.#operator;
    if (this.#id.isRetraction) return Number.POSITIVE_INFINITY;
    return assigner.merges ? this.#id.end + assigner.gapMsMax + allowedLatenessMs : cleanupTime(this.#operator, this.#id.end);
  }

  async #firstAtOrBehind(watermark: EventTime, newest: Position): Promise<Position> {
    const { position, expiredTo } = await firstEpochAt(this.#logStore, this.#log, watermark, newest);
    if (expiredTo > ORIGIN) this.#expiredTo = expiredTo;
    return position;
  }

  async #lookBehind(after: Position, newest: Position): Promise<void> {
    for (let at = after; at < newest && this.#found === undefined; at = Math.min(at + EPOCHS_BACK, newest) as Position) {
      const watermark = await this.#look(at, Math.min(at + EPOCHS_BACK, newest) as Position);
      if (watermark !== undefined && watermark >= this.#silentAt) return;
    }
  }

  /** Gives the last watermark that it saw. */
  async #look(after: Position, upTo: Position): Promise<EventTime | undefined> {
    let watermark: EventTime | undefined;
    for await (const part of readSpan(this.#logStore, this.#log, after, upTo)) {
      if (part.kind === 'missing') {
        if (part.to > this.#expiredTo) this.#expiredTo = part.to;
        continue;
      }
      const epoch = decodeEpoch(part);
      ({ watermark } = epoch);
      for (const pane of epoch.panes) this.#note({ pane, epoch, position: part.position });
      if (this.#found !== undefined) break;
    }
    return watermark;
  }

  #note(each: FoundPane): void {
    const { pane } = each;
    const { text, window, key, start, end } = this.#id;
    if (pane.id === text) this.#found = each;
    if (pane.window !== window) return;
    const isSame = this.#operator.assigner.merges ? pane.start <= end && start <= pane.end : pane.start === start && pane.end === end;
    if (isSame && pane.key === key) this.#siblings.push(each);
    else if (isSame) this.#otherKeys++;
  }
}
