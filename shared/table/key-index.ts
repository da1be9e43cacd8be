const INITIAL_SLOTS = 32;
// So many slots are looked at for a key. Half of them are free, so that keys which were not made to collide never need as many.
const PROBES_MAX = 128;

/**
 * Finds the rows of keys. A hash table with open addressing: a key that is found costs one look at its slot and one at the key, where a `Map` of a million strings goes
 * to four places in memory.
 *
 * The hash is not secret. Keys that were made to collide are kept in a `Map` as soon as there are too many of them, so that they cost little more than others.
 */
export class KeyIndex {
  /** Keys in the order of their rows. */
  readonly keys: string[];
  /** Two numbers a slot: the hash of a key, and its row and 1; 0 where a slot is free. */
  #slots: Int32Array;
  readonly #colliding = new Map<string, number>();

  /**
   * @param keys Those that have rows already; keys that are added are put behind them.
   * @throws {RangeError} when they are not distinct.
   */
  constructor(keys: string[]) {
    this.keys = keys;
    this.#slots = slotsFor(keys.length);
    for (let row = 0; row < keys.length; row++) {
      const key = keys[row] as string;
      const hash = hashOf(key);
      if (this.#find(key, hash) !== undefined) throw new RangeError(`a table of ${keys.length} rows holds the key of row ${row} twice`);
      this.#put(key, hash, row);
    }
  }

  /** The row of a key, or `undefined` when it has none. */
  rowOf(key: string): number | undefined {
    return this.#find(key, hashOf(key));
  }

  /** The row of a key; the next one when it has none yet. */
  row(key: string): number {
    const hash = hashOf(key);
    const found = this.#find(key, hash);
    if (found !== undefined) return found;
    const row = this.keys.length;
    this.keys.push(key);
    if (row * 4 >= this.#slots.length) this.#grow();
    this.#put(key, hash, row);
    return row;
  }

  #find(key: string, hash: number): number | undefined {
    const { keys } = this;
    const slots = this.#slots;
    const last = slots.length - 2;
    for (let probe = 0, at = (hash << 1) & last; probe < PROBES_MAX; probe++, at = (at + 2) & last) {
      const row = (slots[at + 1] as number) - 1;
      if (row < 0) break;
      if (slots[at] === hash && keys[row] === key) return row;
    }
    return this.#colliding.size === 0 ? undefined : this.#colliding.get(key);
  }

  /** A key that is not there. */
  #put(key: string, hash: number, row: number): void {
    const slots = this.#slots;
    const last = slots.length - 2;
    for (let probe = 0, at = (hash << 1) & last; probe < PROBES_MAX; probe++, at = (at + 2) & last) {
      if (slots[at + 1] !== 0) continue;
      slots[at] = hash;
      slots[at + 1] = row + 1;
      return;
    }
    this.#colliding.set(key, row);
  }

  #grow(): void {
    const before = this.#slots;
    this.#slots = new Int32Array(before.length * 2);
    for (let at = 0; at < before.length; at += 2) {
      const row = (before[at + 1] as number) - 1;
      if (row >= 0) this.#put(this.keys[row] as string, before[at] as number, row);
    }
  }
}

function slotsFor(keys: number): Int32Array {
  let slots = INITIAL_SLOTS;
  while (slots < keys * 2) slots *= 2;
  return new Int32Array(slots * 2);
}

/**
 * FNV-1a over UTF-16 units, and the end of MurmurHash3, so that the low bits depend on all of them.
 *
 * Source: Fowler, Noll, Vo, RFC 9923; Austin Appleby, MurmurHash3.cpp (public domain).
 */
function hashOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let unit = 0; unit < key.length; unit++) hash = Math.imul(hash ^ key.charCodeAt(unit), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
