import type { EpochHeader } from '../log/epoch.ts';
import { ORIGIN, type Position } from '../log/position.ts';

/** What one epoch adds to what must be read again. */
interface Stretch {
  readonly epoch: Position;
  /** Of the commits that it took in. */
  readonly bytes: number;
  readonly firedAtMs: number;
}

/** What a process that starts now would have to read of the logs, and of the snapshot that spares it the rest. */
export class RestartCost {
  /** Of the newest state that was written or measured; 0 before. */
  stateBytes = 0;
  #snapshotAt: Position = ORIGIN;
  #newest: Position = ORIGIN;
  /** The epoch from which on the logs are read. */
  #base: Position = ORIGIN;
  #baseMs: number | undefined;
  /** Behind the base, in their order. */
  readonly #stretches: Stretch[] = [];
  #bytesSinceEpoch = 0;
  #bytesOfStretches = 0;

  /** Of the commits behind what the newest snapshot, or nothing at all, stands for. */
  get commitBytes(): number {
    return this.#bytesOfStretches + this.#bytesSinceEpoch;
  }

  /** Whether epochs must be read again for windows that are open. */
  get hasReplay(): boolean {
    return this.#base < this.#newest;
  }

  /** How long ago the oldest thing was written that is needed; 0 while nothing is. */
  ageMs(nowMs: number): number {
    return this.#baseMs === undefined ? 0 : nowMs - this.#baseMs;
  }

  absorbed(bytes: number, committedAtMs: number): void {
    this.#bytesSinceEpoch += bytes;
    this.#baseMs ??= committedAtMs;
  }

  settled(epoch: Position, { replayFrom, firedAtMs }: EpochHeader): void {
    this.#newest = epoch;
    this.#stretches.push({ epoch, bytes: this.#bytesSinceEpoch, firedAtMs });
    this.#bytesOfStretches += this.#bytesSinceEpoch;
    this.#bytesSinceEpoch = 0;
    this.#goTo(replayFrom);
  }

  /** A snapshot stands for all up to an epoch. */
  spared(epoch: Position, stateBytes: number): void {
    this.stateBytes = stateBytes;
    this.#snapshotAt = epoch;
    this.#goTo(epoch);
  }

  #goTo(base: Position): void {
    this.#base = base > this.#snapshotAt ? base : this.#snapshotAt;
    for (let [first] = this.#stretches; first !== undefined && first.epoch <= this.#base; [first] = this.#stretches) {
      if (first.epoch === this.#base) this.#baseMs = first.firedAtMs;
      this.#bytesOfStretches -= first.bytes;
      this.#stretches.shift();
    }
  }
}
