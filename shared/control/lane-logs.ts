import { decodeDefinition } from '../log/definition-entry.ts';
import { decodeEpochHeader, type EpochHeader } from '../log/epoch.ts';
import { definitionLog, epochLog, publicationLog, snapshotLog } from '../log/keys.ts';
import type { PositionedEntry } from '../log/log-entry.ts';
import { NewestOf } from './newest-of.ts';
import { ORIGIN, type Position } from '../log/position.ts';
import type { SnapshotHeader } from '../log/snapshot.ts';
import type { Lane } from '../pipeline/lane.ts';
import type { LogStore } from '../ports/log-store.ts';

/** How far the logs of one lane have come. */
export interface LaneHeads {
  /** Absent before the first. */
  readonly newest: { readonly position: Position; readonly header: EpochHeader } | undefined;
  /** The epoch that the newest snapshot stands for; 0 while there is none. */
  readonly snapshotOf: Position;
  /** The newest epoch whose panes are known to be out; 0 before. */
  readonly publishedTo: Position;
}

/** The logs of all lanes of a pipeline, for somebody who asks how they stand, once or again and again. */
export class LaneLogs {
  readonly #pipeline: string;
  readonly #logStore: LogStore;
  readonly #laneCount: NewestOf<number>;
  readonly #lanes: LaneLog[] = [];

  constructor(pipeline: string, logStore: LogStore) {
    this.#pipeline = pipeline;
    this.#logStore = logStore;
    this.#laneCount = new NewestOf(logStore, definitionLog(pipeline), (entry) => decodeDefinition(entry).description.lanes ?? 1);
  }

  /** `undefined` when no function of the pipeline has ever run. */
  async look(): Promise<readonly LaneHeads[] | undefined> {
    const count = await this.#laneCount.look();
    if (count === undefined) return undefined;
    while (this.#lanes.length < count) this.#lanes.push(new LaneLog(this.#pipeline, this.#lanes.length, this.#logStore));
    return Promise.all(this.#lanes.slice(0, count).map((lane) => lane.look()));
  }
}

class LaneLog {
  readonly #epochs: NewestOf<NonNullable<LaneHeads['newest']>>;
  readonly #snapshots: NewestOf<Position>;
  readonly #publications: NewestOf<Position>;

  constructor(pipeline: string, lane: Lane, logStore: LogStore) {
    this.#epochs = new NewestOf(logStore, epochLog(pipeline, lane), (entry) => ({
      position: entry.position,
      header: decodeEpochHeader(entry),
    }));
    this.#snapshots = new NewestOf(logStore, snapshotLog(pipeline, lane), epochOfSnapshot);
    this.#publications = new NewestOf(logStore, publicationLog(pipeline, lane), ({ position }) => position);
  }

  async look(): Promise<LaneHeads> {
    // In this order: an epoch that is being published is not taken for one that waits.
    const newest = await this.#epochs.look();
    const [snapshotOf = ORIGIN, publishedTo = ORIGIN] = await Promise.all([this.#snapshots.look(), this.#publications.look()]);
    return { newest, snapshotOf, publishedTo };
  }
}

function epochOfSnapshot({ header }: PositionedEntry): Position {
  return (JSON.parse(header) as SnapshotHeader).epoch;
}
