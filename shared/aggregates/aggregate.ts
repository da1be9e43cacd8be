import type { AccumulatorColumn, Column } from '../table/column.ts';
import type { EventTime } from '../time/event-time.ts';
import type { Inputs } from './inputs.ts';

/** Bounds of a window, `[start, end)`, in epoch milliseconds. */
export interface WindowBounds {
  /** Inclusive, epoch milliseconds. */
  readonly start: EventTime;
  /** Exclusive, epoch milliseconds. */
  readonly end: EventTime;
}

/** What a result is about. */
export interface ResultScope extends WindowBounds {
  /** Of the window. */
  readonly key: string;
  /** How many events the row holds, at least 1. */
  readonly events: number;
}

/**
 * A running summary of the events of one window and key. It declares its columns once; ingest fills them, the log carries them, and firing
 * merges and reads them, all through these functions.
 *
 * `merge` must be associative and commutative, with a fresh row as its neutral element, and merging two summaries must give what one
 * summary of all the events would have given.
 *
 * A table keeps the columns of all its aggregates in one list; `at` is where this aggregate's own begin, and also where its slots begin
 * among the inputs. So an aggregate can be made of others, each with its own `at`, and nothing is copied.
 *
 * @typeParam E The event.
 * @typeParam R The result that a pane carries.
 */
export interface Aggregate<E, R> {
  /** What it is, with every parameter, in words that identify it: state of another aggregate is never read as its own. */
  readonly describe: string;
  /** What a key keeps of a window: one column for each part of the accumulator, each with its initial value. */
  readonly columns: readonly AccumulatorColumn[];
  /** @throws {InvalidArgument} when it was made from parameters it cannot work with. Called when the pipeline is defined. */
  readonly check?: () => void;
  /**
   * Reads what it needs of an event into its slots; absent where the event's presence says all. Called before anything is folded: when it
   * throws, the event is refused as a whole.
   */
  readonly read?: (event: E, inputs: Inputs, at: number) => void;
  /**
   * For those whose {@link add} may fail: tries it on a copy of the row, leaves the outcome in its slots and changes nothing. When it
   * throws, the event is refused as a whole.
   *
   * @param row Absent when the key has none yet.
   */
  stage?(columns: readonly Column[], at: number, row: number | undefined, inputs: Inputs): void;
  /** Folds what was read of one event into a row. Must not throw. */
  add(columns: readonly Column[], at: number, row: number, inputs: Inputs): void;
  /** Merges another table's row into a row, and leaves the other as it is. Must not throw. */
  merge(into: readonly Column[], row: number, from: readonly Column[], fromRow: number, at: number): void;
  /** What a pane says of a key's accumulator. It must not change it: a window may fire again. */
  result(columns: readonly Column[], at: number, row: number, scope: ResultScope): R;
}
