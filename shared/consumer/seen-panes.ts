import type { PanePlace } from '../pipeline/pane.ts';
import type { SeenInEpoch } from '../ports/consumer-memory.ts';

/**
 * What has been seen of one pipeline's panes on one shard of the output stream: the newest epoch, and which of its panes. That is enough. An
 * epoch is appended only when all panes of the one before are on the stream, so whatever is older than the newest is there for the second time. Within
 * an epoch panes may change places, for Kinesis may take only a part of a request.
 */
export class SeenPanes {
  #epoch: number;
  /** May be longer than what it says. */
  #indexes: Uint8Array;

  constructor({ epoch, indexes }: SeenInEpoch = { epoch: 0, indexes: new Uint8Array() }) {
    this.#epoch = epoch;
    this.#indexes = indexes.slice();
  }

  has({ position, index }: PanePlace): boolean {
    return position < this.#epoch || (position === this.#epoch && ((this.#indexes[index >> 3] ?? 0) & bitOf(index)) !== 0);
  }

  /** Notes a pane; whether it is seen for the first time. */
  take(place: PanePlace): boolean {
    if (this.has(place)) return false;
    if (place.position > this.#epoch) {
      this.#epoch = place.position;
      this.#indexes = new Uint8Array();
    }
    const byte = place.index >> 3;
    if (byte >= this.#indexes.length) this.#indexes = lengthened(this.#indexes, Math.max(byte + 1, 2 * this.#indexes.length));
    this.#indexes[byte] = (this.#indexes[byte] ?? 0) | bitOf(place.index);
    return true;
  }

  /** Notes what another has seen on the same shard, or on a parent of it. */
  takeAll({ epoch, indexes }: SeenInEpoch): void {
    if (epoch < this.#epoch) return;
    if (epoch > this.#epoch) {
      this.#epoch = epoch;
      this.#indexes = indexes.slice();
      return;
    }
    if (indexes.length > this.#indexes.length) this.#indexes = lengthened(this.#indexes, indexes.length);
    for (const [byte, bits] of indexes.entries()) this.#indexes[byte] = (this.#indexes[byte] ?? 0) | bits;
  }

  /** As it is stored: equal knowledge is equal bytes. */
  toStored(): SeenInEpoch {
    return { epoch: this.#epoch, indexes: this.#indexes.slice(0, this.#indexes.findLastIndex((bits) => bits !== 0) + 1) };
  }
}

function bitOf(index: number): number {
  return 1 << (index & 7);
}

function lengthened(bytes: Uint8Array, length: number): Uint8Array {
  const longer = new Uint8Array(length);
  longer.set(bytes);
  return longer;
}
