import { type InputRecord, rawBase64 } from './input-record.ts';

// A record of some hundred bytes may unfold to a hundred thousand events: a document each would be more than the side stream takes in a function's time, however often it is tried.
const ALONE_MAX = 100;
const ALONE_LENGTH_MAX = 100_000;

/** An event that is refused by itself, with the reason. */
export interface RefusedAlone<W> {
  readonly record: InputRecord;
  readonly why: W;
}

/** Events of one record that are refused together, behind those that were refused alone. */
export interface RefusedTogether<W> {
  /** As it was delivered, with all of its events. */
  readonly record: InputRecord;
  /** Of the first of them. */
  readonly why: W;
  /** Which of its events. */
  readonly indexes: readonly number[];
}

/**
 * The events of a batch that are refused, in an amount that is bounded by what was delivered: of a record that holds several events, the first hundred that are refused, and at most
 * 100,000 characters of them, leave alone; the others together, as the record that they came in.
 *
 * @typeParam W Why an event is refused.
 */
export class RefusedEvents<W> {
  readonly alone: RefusedAlone<W>[] = [];
  readonly together: RefusedTogether<W>[] = [];
  /** Of all of them. */
  count = 0;
  /** The record that the last event came in. */
  #whole: InputRecord | undefined;
  #aloneLeft = 0;
  #lengthLeft = 0;
  #others: number[] | undefined;

  /** @param whole What the event came in: itself, unless it came with others. */
  add(record: InputRecord, whole: InputRecord, why: W): void {
    this.count++;
    if (record.index === undefined) {
      this.alone.push({ record, why });
      return;
    }
    if (whole !== this.#whole) this.#begin(whole);
    this.#lengthLeft -= record.data.length;
    if (this.#others === undefined && this.#aloneLeft-- > 0 && this.#lengthLeft >= 0) {
      // Encoded anew: it may be a part of all that its record unfolds to, and must not keep that.
      this.alone.push({ record: { ...record, data: rawBase64(record), encoding: 'base64' }, why });
      return;
    }
    if (this.#others === undefined) {
      this.#others = [];
      this.together.push({ record: whole, why, indexes: this.#others });
    }
    this.#others.push(record.index);
  }

  #begin(whole: InputRecord): void {
    this.#whole = whole;
    this.#aloneLeft = ALONE_MAX;
    this.#lengthLeft = ALONE_LENGTH_MAX;
    this.#others = undefined;
  }
}
