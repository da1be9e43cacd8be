/**
 * States that have been seen, each a row of whole numbers, in the order in which they came: a queue, too. Rows are compared whole; a hash only
 * finds them, so no two states are ever taken for one.
 */
export class StateSet {
  readonly width: number;
  #rows: Int32Array;
  #parents: Int32Array;
  /** Open addressing: 1 + the number of a state, 0 where nothing is. */
  #places: Int32Array;
  #size = 0;

  constructor(width: number, capacity = 1 << 16) {
    this.width = width;
    this.#rows = new Int32Array(width * capacity);
    this.#parents = new Int32Array(capacity);
    this.#places = new Int32Array(capacity * 2);
  }

  get size(): number {
    return this.#size;
  }

  /** The number of a state, new or known. */
  add(row: readonly number[], parent: number): number {
    if (this.#size === this.#parents.length) this.#grow();
    const mask = this.#places.length - 1;
    for (let place = hash(row) & mask; ; place = (place + 1) & mask) {
      const found = this.#places[place] as number;
      if (found === 0) {
        this.#places[place] = this.#size + 1;
        this.#rows.set(row, this.#size * this.width);
        this.#parents[this.#size] = parent;
        return this.#size++;
      }
      if (this.#is(found - 1, row)) return found - 1;
    }
  }

  row(state: number): number[] {
    const row: number[] = [];
    for (let at = state * this.width; row.length < this.width; at++) row.push(this.#rows[at] as number);
    return row;
  }

  /** From which a state was reached first; its own number for the first of all. */
  parent(state: number): number {
    return this.#parents[state] as number;
  }

  #is(state: number, row: readonly number[]): boolean {
    const from = state * this.width;
    for (let column = 0; column < this.width; column++) if (this.#rows[from + column] !== row[column]) return false;
    return true;
  }

  #grow(): void {
    const capacity = this.#parents.length * 2;
    const rows = new Int32Array(capacity * this.width);
    rows.set(this.#rows);
    this.#rows = rows;
    const parents = new Int32Array(capacity);
    parents.set(this.#parents);
    this.#parents = parents;
    this.#places = new Int32Array(capacity * 2);
    const mask = this.#places.length - 1;
    for (let state = 0; state < this.#size; state++) {
      let place = hash(this.row(state)) & mask;
      while (this.#places[place] !== 0) place = (place + 1) & mask;
      this.#places[place] = state + 1;
    }
  }
}

/** After MurmurHash3 by Austin Appleby, public domain. */
function hash(row: readonly number[]): number {
  let mixed = row.length;
  for (const number of row) {
    mixed ^= Math.imul(number, 0xcc9e2d51);
    mixed = Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64;
  }
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
