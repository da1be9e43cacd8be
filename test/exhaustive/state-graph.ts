import { StateSet } from './state-set.ts';

/** States, and which follow on which. No state can follow on itself: every step uses something up. */
export class StateGraph {
  readonly #states: StateSet;
  /** Targets of all transitions, in the order of the states that they lead from. */
  #targets = new Int32Array(1 << 16);
  #transitions = 0;
  /** By state, where its transitions end among all. */
  #ends = new Int32Array(1 << 16);

  /** @param width How many numbers a state is. */
  constructor(width: number) {
    this.#states = new StateSet(width);
  }

  get size(): number {
    return this.#states.size;
  }

  get transitions(): number {
    return this.#transitions;
  }

  begin(row: readonly number[]): void {
    this.#states.add(row, 0);
  }

  /** Notes a transition. All those from one state come one after the other, states in the order of their numbers. */
  follow(from: number, to: readonly number[]): void {
    if (this.#transitions === this.#targets.length) this.#targets = grown(this.#targets);
    this.#targets[this.#transitions++] = this.#states.add(to, from);
    while (from >= this.#ends.length) this.#ends = grown(this.#ends);
    this.#ends[from] = this.#transitions;
  }

  row(state: number): number[] {
    return this.#states.row(state);
  }

  parent(state: number): number {
    return this.#states.parent(state);
  }

  /** How many ways lead from the first state to one that nothing follows, and how long the longest is. */
  schedules(): { readonly schedules: number; readonly depth: number } {
    const { size } = this;
    const incoming = new Int32Array(size);
    for (let transition = 0; transition < this.#transitions; transition++) incoming[this.#targets[transition] as number]! += 1;
    const ways = new Float64Array(size);
    const depths = new Int32Array(size);
    ways[0] = 1;
    let schedules = 0;
    let depth = 0;
    const ready = [0];
    for (let state = ready.pop(); state !== undefined; state = ready.pop()) {
      const [from, to] = this.#transitionsOf(state);
      if (from === to) {
        schedules += ways[state] as number;
        depth = Math.max(depth, depths[state] as number);
      }
      for (let transition = from; transition < to; transition++) {
        const target = this.#targets[transition] as number;
        ways[target]! += ways[state] as number;
        depths[target] = Math.max(depths[target] as number, (depths[state] as number) + 1);
        incoming[target]! -= 1;
        if (incoming[target] === 0) ready.push(target);
      }
    }
    return { schedules, depth };
  }

  #transitionsOf(state: number): readonly [from: number, to: number] {
    let before = state - 1;
    while (before >= 0 && this.#ends[before] === 0) before--;
    const from = before < 0 ? 0 : (this.#ends[before] as number);
    return [from, Math.max(from, this.#ends[state] ?? 0)];
  }
}

function grown(array: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(array.length * 2);
  larger.set(array);
  return larger;
}
