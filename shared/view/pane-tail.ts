import { readEpochLines } from '../log/epoch.ts';
import { epochLog } from '../log/keys.ts';
import { nextPosition, ORIGIN, type Position } from '../log/position.ts';
import type { Pane } from '../pipeline/pane.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { LogStore } from '../ports/log-store.ts';
import { ExpiredLogError } from '../log/expired-log-error.ts';

/** How far somebody has followed a lane: so many panes of the epoch behind a position have been seen. */
export interface TailPlace {
  readonly after: Position;
  readonly seen: number;
}

/** Some panes, and the place behind each. By lane, as many as the pipeline has. */
export interface TailPart {
  readonly pane: Pane;
  readonly places: readonly TailPlace[];
}

// Of one look: what follows comes with the next one.
const PANES_A_LOOK = 500;

/** Follows the panes of a pipeline as they are fired, by the log of epochs. */
export class PaneTail {
  readonly #pipeline: Pipeline<never>;
  readonly #logStore: LogStore;
  #places: TailPlace[];

  private constructor(pipeline: Pipeline<never>, logStore: LogStore, places: readonly TailPlace[]) {
    this.#pipeline = pipeline;
    this.#logStore = logStore;
    this.#places = [...places];
  }

  /** @param places Where somebody stopped before; absent: at the newest epoch. */
  static async from(pipeline: Pipeline<never>, logStore: LogStore, places?: readonly TailPlace[]): Promise<PaneTail> {
    const known = places?.length === pipeline.lanes ? places : undefined;
    const begin = Array.from({ length: pipeline.lanes }, async (_each, lane): Promise<TailPlace> => {
      const { position = ORIGIN } = (await logStore.last(epochLog(pipeline.name, lane))) ?? {};
      const place = known?.[lane];
      if (place === undefined) return { after: position, seen: 0 };
      // Behind the end of the log is nobody who has followed this one: its table has begun anew, and nothing of it has been seen.
      return place.after > position ? { after: ORIGIN, seen: 0 } : place;
    });
    return new PaneTail(pipeline, logStore, await Promise.all(begin));
  }

  get places(): readonly TailPlace[] {
    return this.#places;
  }

  /** What has been fired since the last look, or some of it; in order, lane by lane. */
  async look(): Promise<readonly TailPart[]> {
    const parts: TailPart[] = [];
    for (let lane = 0; lane < this.#places.length && parts.length < PANES_A_LOOK; lane++) await this.#lookAt(lane, parts);
    return parts;
  }

  async #lookAt(lane: number, parts: TailPart[]): Promise<void> {
    const log = epochLog(this.#pipeline.name, lane);
    const { after } = this.#places[lane] as TailPlace;
    for (const epoch of await this.#behind(log, after)) {
      const { after: before, seen } = this.#places[lane] as TailPlace;
      let index = 0;
      for (const { panes } of readEpochLines(epoch)) {
        for (const line of panes) {
          if (index++ < seen && epoch.position === nextPosition(before)) continue;
          if (parts.length === PANES_A_LOOK) return;
          this.#places[lane] = { after: (epoch.position - 1) as Position, seen: index };
          parts.push({ pane: JSON.parse(line) as Pane, places: [...this.#places] });
        }
      }
      this.#places[lane] = { after: epoch.position, seen: 0 };
    }
  }

  /** What has expired meanwhile is passed over. */
  async #behind(log: ReturnType<typeof epochLog>, after: Position) {
    try {
      return await this.#logStore.read(log, after);
    } catch (error) {
      if (!(error instanceof ExpiredLogError)) throw error;
      const newest = await this.#logStore.last(log);
      return newest === undefined ? [] : [newest];
    }
  }
}
