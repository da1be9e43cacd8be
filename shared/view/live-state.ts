import { recallDefinitions } from '../evolution/recall-definitions.ts';
import type { FiringState } from '../firing/firing-state.ts';
import { follow } from '../firing/follow.ts';
import { entryBytes, type FiringLogs, restore } from '../firing/restore.ts';
import { decodeCommitBy } from '../log/commit.ts';
import { epochLog, type ShardId, shardLog } from '../log/keys.ts';
import { ORIGIN } from '../log/position.ts';
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

/** What firing would know if it fired one lane now. It reads the logs, and writes nothing. */
export class LiveState {
  readonly #pipeline: Pipeline<never>;
  readonly #lane: Lane;
  readonly #ports: ViewPorts;
  #state: FiringState | undefined;
  #looking: Promise<Look<FiringState>> | undefined;

  constructor(pipeline: Pipeline<never>, lane: Lane, ports: ViewPorts) {
    this.#pipeline = pipeline;
    this.#lane = lane;
    this.#ports = ports;
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
    const state = known !== undefined && (await this.#followed(logs, known)) ? known : (await restore(logs)).state;
    state.learn(await shards.list());
    let bytesLeft = BYTES_A_LOOK;
    for (const [shard, { isDrained = false }] of state.shards) {
      if (!isDrained && bytesLeft > 0) bytesLeft = await this.#readOn(logs, state, shard, bytesLeft);
    }
    this.#state = state;
    return { seen: state, isCurrent: bytesLeft > 0 };
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
