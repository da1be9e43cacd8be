import type { Float64Column } from '../table/float64-column.ts';

/** One column of an accumulator: how it is called in a stored table, and what a row holds before its first event. */
export interface AccumulatorColumn {
  readonly name: string;
  readonly initial: number;
}

/**
 * A running summary of the events of one window and key. It declares its columns once; ingest fills them, the log carries them, and firing
 * merges and reads them, all through these functions.
 *
 * `merge` must be associative and commutative, with a fresh row as its neutral element, and merging two summaries must give what one
 * summary of all the events would have given.
 *
 * @typeParam E The event.
 * @typeParam R The result that a pane carries.
 */
export interface Aggregate<E, R> {
  /** What it is, in words that identify it: state of another aggregate is never read as its own. */
  readonly describe: string;
  readonly columns: readonly AccumulatorColumn[];
  /**
   * Reads from an event the number that is folded in; absent where the event's presence says all. Called once an event and before
   * anything is folded: when it throws, or gives something else than a finite number, the event is refused as a whole.
   */
  readonly input?: (event: E) => number;
  /** Folds one input into a row. Must not throw. */
  add(columns: readonly Float64Column[], row: number, input: number): void;
  /** Merges another table's row into a row. Must not throw. */
  merge(into: readonly Float64Column[], row: number, from: readonly Float64Column[], fromRow: number): void;
  /** @param events How many events the row holds, at least 1. */
  result(columns: readonly Float64Column[], row: number, events: number): R;
}

/** Reads a number from an event. */
export type NumberOf<E> = (event: E) => number;
