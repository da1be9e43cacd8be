import type { StateCodec } from './state-codec.ts';

/**
 * A part of every row's accumulator that is no number: a sketch, a list, a text. A row has none before its first event.
 *
 * A state belongs to its row alone and may be changed in place; whoever merges copies what it takes from another table.
 */
export class ObjectColumn<S> {
  readonly kind = 'object';
  readonly codec: StateCodec<S>;
  readonly #states: (S | undefined)[];

  constructor(codec: StateCodec<S>, capacity: number) {
    this.codec = codec;
    this.#states = Array.from({ length: capacity }, () => undefined);
  }

  reserve(rows: number): void {
    while (this.#states.length < rows) this.#states.push(undefined);
  }

  /** Becomes the states of some rows of another column, in their order; they are the same states. */
  take(from: ObjectColumn<S>, rows: Uint32Array): void {
    for (const [index, row] of rows.entries()) this.#states[index] = from.at(row);
  }

  at(row: number): S | undefined {
    return this.#states[row];
  }

  set(row: number, state: S): void {
    this.#states[row] = state;
  }
}
