import type { InputRecord } from './input-record.ts';
import type { InvalidRecord } from './invalid-record.ts';

/** Goes over the events of a batch, one after the other. */
export interface EventCursor {
  /** How many are behind. */
  readonly count: number;
  readonly atEnd: boolean;
  /** The event that comes next, undecoded, as it is refused where it has to be. */
  readonly record: InputRecord;
  /** The record that it came in: the same, unless that holds several. */
  readonly whole: InputRecord;
  /**
   * What it says.
   *
   * @throws {InvalidRecord} when that cannot be read.
   */
  event(): unknown;
  advance(): void;
  /**
   * Goes into a record that cannot be read as one event, and may be several.
   *
   * @param problem Why it cannot.
   * @returns Why it is refused, where it is not several either.
   */
  unpack(problem: InvalidRecord): InvalidRecord | undefined;
}
