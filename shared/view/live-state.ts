import { recallDefinitions } from '../evolution/recall-definitions.ts';
import type { FiringState } from '../firing/firing-state.ts';
import { follow } from '../firing/follow.ts';
import { entryBytes, type FiringLogs, restore } from '../firing/restore.ts';
import { decodeCommitBy } from '../log/commit.ts';
import { CorruptEntryError } from '../log/frame.ts';
import { epochLog, type ShardId, shardLog, snapshotLog } from '../log/keys.ts';
import type { PositionedEntry } from '../log/log-entry.ts';
import { NewestOf } from '../control/newest-of.ts';
import { ORIGIN, type Position } from '../log/position.ts';
import type { SnapshotHeader } from '../log/snapshot.ts';
import type { Lane } from '../pipeline/lane.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { LogStore } from '../ports/log-store.ts';
import type { ShardDirectory } from '../ports/shard-directory.ts';

export interface ViewPorts {
  readonly logStore: LogStore;
  readonly shards: ShardDirectory;
}

/** What was read, and whether the state held all that is committed. */
export interface Look<T> {
  readonly seen: T;
  readonly isCurrent: boolean;
}

// A pipeline whose fire function has stood still for days must not fill the memory of who looks; the next look goes on.
const BYTES_A_LOOK = 64 * 1024 * 1024;
// Farther behind, a snapshot and what came after it are less to read.
const FOLLOWED_MAX = 20;

/** A snapshot, without what is in it. */
interface WrittenDown {
  readonly epoch: Position;
  readonly bytes: number;
}

function writtenDown({ header, payload }: PositionedEntry): WrittenDown {
  return { epoch: (JSON.parse(header) as SnapshotHeader).epoch, bytes: payload.length };
}

/** What firing would know if it fired one lane now. It reads the logs, and writes nothing. */
export class LiveState {
  readonly #pipeline: Pipeline<never>;
  readonly #lane: Lane;
  readonly #ports: ViewPorts;
  #state: FiringState | undefined;
  #snapshotBytes = 0;
  /** Those that were written since the state was built. */
  #snapshots: NewestOf<WrittenDown> | undefined;
  #looking: Promise<Look<FiringState>> | undefined;

  constructor(pipeline: Pipeline<never>, lane: Lane, ports: ViewPorts) {
    this.#pipeline = pipeline;
    this.#lane = lane;
    this.#ports = ports;
  }

  /** Of the newest state that was written down, up to the last look; 0 while there is none. */
  get snapshotBytes(): number {
    return this.#snapshotBytes;
  }

  /**
   * Takes the state on to what the logs hold by now, and reads it. Who asks meanwhile reads the same.
   *
   * @param see Must take what it needs with it: the next look takes the same state on.
   * @throws {ForeignStateError} when another definition is at work.
   */
  async look<T>(see: (state: FiringState) => T): Promise<Look<T>> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    const { seen, isCurrent } = await this.#looking;
    return { seen: see(seen), isCurrent };
  }

  async #look(): Promise<Look<FiringState>> {
    const { logStore, shards } = this.#ports;
    const definitions = await recallDefinitions(this.#pipeline, logStore);
    const logs: FiringLogs = { pipeline: this.#pipeline, lane: this.#lane, definitions, logStore };
    const known = this.#state;
    // Half of what was read may be in it when reading fails.
    this.#state = undefined;
    const state = known !== undefined && (await this.#followed(logs, known)) ? known : await this.#restored(logs);
    await this.#learnOfSnapshots(state);
    state.learn(await shards.list());
    let bytesLeft = BYTES_A_LOOK;
    for (const [shard, { isDrained = false }] of state.shards) {
      if (!isDrained && bytesLeft > 0) bytesLeft = await this.#readOn(logs, state, shard, bytesLeft);
    }
    this.#state = state;
    return { seen: state, isCurrent: bytesLeft > 0 };
  }

  async #restored(logs: FiringLogs): Promise<FiringState> {
    const { state, snapshotPosition, snapshotBytes } = await restore(logs);
    this.#snapshotBytes = snapshotBytes;
    this.#snapshots = this.#snapshotsBehind(snapshotPosition);
    return state;
  }

  #snapshotsBehind(position: Position): NewestOf<WrittenDown> {
    return new NewestOf(this.#ports.logStore, snapshotLog(this.#pipeline.name, this.#lane), writtenDown, position);
  }

  /** The state goes on without them; but a start reads less since. */
  async #learnOfSnapshots(state: FiringState): Promise<void> {
    try {
      const written = await this.#snapshots?.look();
      // One that stands for an epoch that is not seen yet is learned of with that.
      if (written === undefined || written.epoch > state.epoch) return;
      this.#snapshotBytes = written.bytes;
      state.cost.spared(written.epoch, written.bytes);
    } catch (error) {
      // One that cannot be read spares nobody anything.
      if (!(error instanceof CorruptEntryError) || error.position === undefined) throw error;
      this.#snapshots = this.#snapshotsBehind(error.position);
    }
  }

  /** Takes the state on to the newest epoch; false when it must be built anew. */
  async #followed(logs: FiringLogs, state: FiringState): Promise<boolean> {
    for (let left = FOLLOWED_MAX; ; ) {
      const epochs = await logs.logStore.read(epochLog(this.#pipeline.name, this.#lane), state.epoch, 'strong');
      if (epochs.length === 0) return true;
      for (const epoch of epochs) if (left-- === 0 || !(await follow(logs, state, epoch))) return false;
    }
  }

  async #readOn({ definitions, logStore }: FiringLogs, state: FiringState, shard: ShardId, bytesMax: number): Promise<number> {
    let bytesLeft = bytesMax;
    while (bytesLeft > 0) {
      const entries = await logStore.read(shardLog(this.#pipeline.name, shard), state.cutOf(shard)?.position ?? ORIGIN, 'strong');
      if (entries.length === 0) break;
      for (const entry of entries) {
        state.absorb(decodeCommitBy(definitions, entry, this.#lane), entry.position, entryBytes(entry));
        bytesLeft -= entryBytes(entry);
      }
    }
    return bytesLeft;
  }
}
