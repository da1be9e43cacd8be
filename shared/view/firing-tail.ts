import { decodeEpochHeader, readEpochLines } from '../log/epoch.ts';
import { ExpiredLogError } from '../log/expired-log-error.ts';
import { epochLog, type LogName } from '../log/keys.ts';
import type { PositionedEntry } from '../log/log-entry.ts';
import { ORIGIN, type Position } from '../log/position.ts';
import type { Lane } from '../pipeline/lane.ts';
import type { Pane, PaneTiming } from '../pipeline/pane.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { LogStore } from '../ports/log-store.ts';
import type { EventTime } from '../time/event-time.ts';

/** What one firing said of one window, all keys together. */
export interface FiredWindow {
  readonly window: string;
  readonly start: EventTime;
  readonly end: EventTime;
  /** Of windows that merge: each is of one key. */
  readonly key?: string;
  readonly timing: PaneTiming;
  /** How many panes, those that withdraw others left out. */
  readonly panes: number;
  /** Events in these panes. */
  readonly events: number;
  readonly lane: Lane;
  /** The firing. */
  readonly epoch: Position;
  /** Epoch milliseconds. */
  readonly firedAtMs: number;
}

/** Of what somebody wants to see. */
export interface Sight {
  /** Names of window definitions. */
  readonly windows: readonly string[];
  /** How keys begin. */
  readonly prefix: string;
}

/** What has been fired since the last look. */
export interface Firings {
  /** Oldest first; of windows that merge no more than some of each firing. */
  readonly fired: readonly FiredWindow[];
  /** The newest panes, newest first. */
  readonly panes: readonly Pane[];
}

// What somebody sees who begins to look: so much of the past, whichever is less.
const BACKLOG_EPOCHS = 40;
const BACKLOG_BYTES = 1024 * 1024;
// Of one look; what follows comes with the next one.
const EPOCHS_A_LOOK = 100;
const PANES_SHOWN = 40;
// Each key has sessions of its own: of more than can be told apart on a screen nobody needs all.
const MERGING_A_FIRING = 100;

/** Follows the firings of a pipeline for somebody who wants to see them: windows as a whole, and a few panes of each. However many keys there are, a look tells about as much. */
export class FiringTail {
  readonly #pipeline: Pipeline<never>;
  readonly #logStore: LogStore;
  readonly #sight: Sight;
  readonly #merging: ReadonlySet<string>;
  #places: Position[];

  private constructor(pipeline: Pipeline<never>, logStore: LogStore, sight: Sight, places: readonly Position[]) {
    this.#pipeline = pipeline;
    this.#logStore = logStore;
    this.#sight = sight;
    this.#merging = new Set(pipeline.operators.filter(({ assigner }) => assigner.merges).map(({ name }) => name));
    this.#places = [...places];
  }

  /** @param places The epochs up to which somebody has seen before, by lane; where there are none, or none that this pipeline has: a little of the past. */
  static async from(pipeline: Pipeline<never>, logStore: LogStore, sight: Sight, places?: readonly Position[]): Promise<FiringTail> {
    const begin = Array.from({ length: pipeline.lanes }, async (_each, lane) => {
      const log = epochLog(pipeline.name, lane);
      const newest = (await logStore.last(log))?.position ?? ORIGIN;
      const seen = places?.length === pipeline.lanes ? places[lane] : undefined;
      if (seen !== undefined && seen <= newest) return seen;
      return backlogOf(logStore, log, newest);
    });
    return new FiringTail(pipeline, logStore, sight, await Promise.all(begin));
  }

  /** The epochs that have been seen, by lane. */
  get places(): readonly Position[] {
    return this.#places;
  }

  async look(): Promise<Firings> {
    const fired: FiredWindow[] = [];
    let panes: Pane[] = [];
    for (const [lane, place] of this.#places.entries()) {
      const log = epochLog(this.#pipeline.name, lane);
      for (let after = place, left = EPOCHS_A_LOOK; left > 0; ) {
        const epochs = await behind(this.#logStore, log, after);
        if (epochs.length === 0) break;
        for (const epoch of epochs.slice(0, left)) {
          const said = this.#read(lane, epoch);
          fired.push(...said.fired);
          panes = [...said.panes, ...panes].slice(0, PANES_SHOWN);
          after = epoch.position;
        }
        left -= epochs.length;
        this.#places[lane] = after;
      }
    }
    return { fired, panes };
  }

  #read(lane: Lane, entry: PositionedEntry): Firings {
    const { firedAtMs } = decodeEpochHeader(entry);
    const windows = new Map<string, FiredWindow>();
    const shown: Pane[] = [];
    let merging = 0;
    for (const { panes } of readEpochLines(entry)) {
      for (const line of panes) {
        const pane = JSON.parse(line) as Pane;
        if (!this.#isMeant(pane)) continue;
        shown.push(pane);
        // The last ones are the newest.
        if (shown.length > PANES_SHOWN) shown.shift();
        if (pane.pane.isRetraction) continue;
        const { window, start, end, key, count } = pane;
        const { timing } = pane.pane;
        const merges = this.#merging.has(window);
        const id = `${window} ${start} ${end} ${timing} ${merges ? key : ''}`;
        const known = windows.get(id);
        if (known === undefined && merges && ++merging > MERGING_A_FIRING) continue;
        windows.set(id, {
          window,
          start,
          end,
          ...(merges ? { key } : {}),
          timing,
          panes: (known?.panes ?? 0) + 1,
          events: (known?.events ?? 0) + count,
          lane,
          epoch: entry.position,
          firedAtMs,
        });
      }
    }
    return { fired: [...windows.values()], panes: shown.reverse() };
  }

  #isMeant({ window, key }: Pane): boolean {
    return this.#sight.windows.includes(window) && key.startsWith(this.#sight.prefix);
  }
}

/** Behind which epoch the last few begin. */
async function backlogOf(logStore: LogStore, log: LogName, newest: Position): Promise<Position> {
  const from = Math.max(newest - BACKLOG_EPOCHS, ORIGIN) as Position;
  const lengths: number[] = [];
  for (let after = from; after < newest; ) {
    const epochs = await behind(logStore, log, after);
    if (epochs.length === 0) break;
    lengths.push(...epochs.map(({ payload }) => payload.length));
    after = epochs.at(-1)?.position as Position;
  }
  let bytes = 0;
  const fitting = lengths.toReversed().findIndex((length) => (bytes += length) > BACKLOG_BYTES);
  return (fitting === -1 ? from : newest - fitting) as Position;
}

/** What has expired meanwhile is passed over. */
async function behind(logStore: LogStore, log: LogName, after: Position): Promise<readonly PositionedEntry[]> {
  try {
    // A window that is seen to have closed must be seen to have fired.
    return await logStore.read(log, after, 'strong');
  } catch (error) {
    if (!(error instanceof ExpiredLogError)) throw error;
    const newest = await logStore.last(log);
    return newest === undefined ? [] : [newest];
  }
}
