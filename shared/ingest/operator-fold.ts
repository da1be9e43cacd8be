import { show } from '../definition/show.ts';
import type { Delta } from '../log/commit.ts';
import type { WindowOperator } from '../pipeline/window-operator.ts';
import type { EventTime } from '../time/event-time.ts';
import { guarded, InvalidRecord } from './invalid-record.ts';
import type { TimedEvent } from './read-batch.ts';

/** What a window definition makes of an event: it takes it, it is too late for it, or the event is not for it. */
export type Verdict = 'open' | 'late' | 'excluded';

/**
 * The part of one window definition in the folding of a batch. An event is first taken, which may fail, by every window definition; then
 * added, which may not.
 */
export abstract class OperatorFold<E> {
  readonly operator: WindowOperator<E>;
  /** Events that came too late for this window. */
  late = 0;
  /** What was read of the event taken last. */
  protected key = '';
  protected readonly inputs: Float64Array;
  #verdict: Verdict = 'excluded';

  constructor(operator: WindowOperator<E>) {
    this.operator = operator;
    this.inputs = new Float64Array(operator.shape.length);
  }

  /**
   * Reads what this window needs of an event.
   *
   * @throws {InvalidRecord} when key or values cannot be had.
   */
  take(timed: TimedEvent<E>): Verdict {
    this.#verdict = this.#read(timed);
    return this.#verdict;
  }

  /** Adds what was taken last, or counts it as late. */
  add(): void {
    if (this.#verdict === 'open') this.fold();
    else if (this.#verdict === 'late') this.late++;
  }

  /** What the batch adds to this window definition. */
  abstract deltas(): Delta[];

  /** Finds the window of an event; false when it takes no event any more. */
  protected abstract place(event: E, time: EventTime): boolean;

  /** Folds the event taken last. */
  protected abstract fold(): void;

  #read({ event, time }: TimedEvent<E>): Verdict {
    const { operator } = this;
    const { where } = operator;
    if (where !== undefined && !guarded('filter', `windows.${operator.name}.where`, () => where(event))) return 'excluded';
    if (!this.place(event, time)) return 'late';
    this.key = readKey(operator, event);
    for (let index = 0; index < operator.shape.length; index++) {
      const input = operator.shape[index]?.input;
      if (input !== undefined) this.inputs[index] = readInput(operator, index, input, event);
    }
    return 'open';
  }
}

// What Kinesis takes as a partition key, which a window's key becomes on the output stream.
const KEY_LENGTH_MAX = 256;

function readKey<E>(operator: WindowOperator<E>, event: E): string {
  const key: unknown = guarded('key', `windows.${operator.name}.keyBy`, () => operator.keyBy(event));
  if (typeof key === 'string' && key.length > 0 && key.length <= KEY_LENGTH_MAX && key.isWellFormed()) return key;
  if (typeof key === 'number' && Number.isFinite(key)) return String(key);
  throw new InvalidRecord(
    'key',
    `windows.${operator.name}.keyBy gave ${show(key)}; needed: text of 1 to ${KEY_LENGTH_MAX} characters, or a number`,
  );
}

function readInput<E>(operator: WindowOperator<E>, index: number, input: (event: E) => number, event: E): number {
  const name = `windows.${operator.name}.${index < operator.aggregateNames.length ? `aggregate.${operator.aggregateNames[index]}` : 'trigger'}`;
  const value: unknown = guarded('value', name, () => input(event));
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw new InvalidRecord('value', `${name} gave ${show(value)}; needed: a finite number`);
}
