import { snapshotLog } from '../log/keys.ts';
import { nextPosition, type Position } from '../log/position.ts';
import { encodeSnapshot, type SnapshotHeader } from '../log/snapshot.ts';
import type { Lane } from '../pipeline/lane.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { Clock } from '../ports/clock.ts';
import type { LogStore } from '../ports/log-store.ts';
import type { FiringState } from './firing-state.ts';
import { refreshAfterMs } from './refresh.ts';
import type { SnapshotPolicy } from './snapshot-policy.ts';

/** What became of a snapshot that was due. One that could not be written is tried again by the next firing; nothing else depends on it. */
export type SnapshotOutcome =
  | { readonly kind: 'written'; readonly epoch: Position; readonly bytes: number; readonly durationMs: number }
  /** Another function has written one. */
  | { readonly kind: 'overtaken' }
  | { readonly kind: 'failed'; readonly message: string };

interface WriterPorts {
  readonly pipeline: Pipeline<never>;
  readonly lane: Lane;
  readonly logStore: LogStore;
  readonly clock: Clock;
}

/** The newest snapshot of a lane. */
export interface KnownSnapshot {
  /** In the snapshot log; the origin before the first. */
  readonly position: Position;
  /** The epoch that it stands for; the origin when there is none, or none that can be read. */
  readonly epoch: Position;
  /** Why it is of no use. */
  readonly unusable: string | undefined;
}

/** Writes the state of a lane down, so that a process that starts reads little. */
export class SnapshotWriter {
  readonly #ports: WriterPorts;
  readonly #policy: SnapshotPolicy;
  #newest: KnownSnapshot;

  constructor(ports: WriterPorts, policy: SnapshotPolicy, newest: KnownSnapshot) {
    this.#ports = ports;
    this.#policy = policy;
    this.#newest = newest;
  }

  /** Why the newest snapshot is of no use, while it is not. */
  get unusable(): string | undefined {
    return this.#newest.unusable;
  }

  /** Whether one is to be written of commits that no epoch has taken in: it needs an epoch first. */
  needsEpoch(state: FiringState): boolean {
    const { cost, isSettled } = state;
    return !isSettled && ((cost.commitBytes > 0 && this.#policy.isDue(cost)) || this.#isAskedFor(state));
  }

  /** Writes one, if that is due and the state is that after an epoch. That it could not be written fails nothing. */
  async write(state: FiringState, nowMs: number): Promise<SnapshotOutcome | undefined> {
    const { pipeline, logStore, clock } = this.#ports;
    const { cost, epoch } = state;
    const mustRefresh = cost.hasReplay && cost.ageMs(nowMs) >= refreshAfterMs(logStore);
    const mustWrite = mustRefresh || this.#isAskedFor(state);
    if (!state.isSettled || !(mustWrite || (cost.hasReplay && this.#policy.isDue(cost)))) return undefined;
    const begunAtMs = clock.nowMs();
    const entry = encodeSnapshot({ kind: 'snapshot', fingerprint: pipeline.fingerprint, epoch }, state);
    const bytes = entry.payload.length;
    if (!mustWrite && !this.#policy.isWorth(bytes, cost)) {
      cost.stateBytes = bytes;
      return undefined;
    }
    try {
      for (;;) {
        const position = nextPosition(this.#newest.position);
        const outcome = await logStore.append(snapshotLog(pipeline.name, this.#ports.lane), position, entry);
        if (outcome.kind !== 'conflict') {
          this.#newest = { position, epoch, unusable: undefined };
          cost.spared(epoch, bytes);
          return { kind: 'written', epoch, bytes, durationMs: clock.nowMs() - begunAtMs };
        }
        const { epoch: theirs } = JSON.parse(outcome.found.header) as SnapshotHeader;
        this.#newest = { position, epoch: theirs, unusable: undefined };
        // Of a later epoch, it is another memory's; this one will find out that it is behind.
        if (theirs <= epoch) cost.spared(theirs, outcome.found.payload.length);
        // What stands there may be old, and what was asked for is not there yet.
        if (!this.#isAskedFor(state)) return { kind: 'overtaken' };
      }
    } catch (error) {
      return { kind: 'failed', message: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
    }
  }

  /** Whether somebody has asked for a snapshot that is not there yet. */
  #isAskedFor({ control }: FiringState): boolean {
    return control?.checkpoint !== undefined && this.#newest.epoch < control.checkpoint;
  }
}
