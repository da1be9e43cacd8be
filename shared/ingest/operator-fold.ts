import { Inputs } from '../aggregates/inputs.ts';
import { InvalidInput } from '../aggregates/invalid-input.ts';
import type { Delta } from '../log/commit.ts';
import type { WindowOperator } from '../pipeline/window-operator.ts';
import { columnOffsets, Table } from '../table/table.ts';
import type { EventTime } from '../time/event-time.ts';
import { guarded, InvalidRecord, showThrown } from './invalid-record.ts';
import type { TimedEvent } from './timed-event.ts';
import { readKeys } from './read-keys.ts';

/** What a window definition makes of an event: it takes it, it is too late for it, or the event is not for it. */
export type Verdict = 'open' | 'late' | 'excluded';

/** What one aggregate reads of an event, and into which of the slots. */
interface Reading<E> {
  readonly index: number;
  readonly read: (event: E, inputs: Inputs, slot: number) => void;
  readonly slot: number;
}

/**
 * The part of one window definition in the folding of a batch. An event is first taken, which may fail, by every window definition; then
 * added, which may not.
 */
export abstract class OperatorFold<E> {
  readonly operator: WindowOperator<E>;
  /** Events that came too late for this window. */
  late = 0;
  /** The pipeline's, as far as it is known: a lower bound. It may rise between two events. */
  watermark: EventTime;
  /** The keys of the event taken last. */
  protected keys: readonly string[] = [];
  /** What was read of it. */
  readonly #inputs: Inputs;
  /** The same for each of its keys, where aggregates leave an outcome of their own for each. */
  #inputsByKey: readonly Inputs[] = [];
  readonly #texts: string[] = [];
  readonly #whereName: string;
  /** Where the slots of each of the operator's aggregates begin among the inputs. */
  protected readonly slots: readonly number[];
  /** Which of its aggregates may fail only when they are added. */
  protected readonly staged: readonly number[];
  readonly #reading: readonly Reading<E>[];
  readonly #empty: Table;
  #verdict: Verdict = 'excluded';

  constructor(operator: WindowOperator<E>, watermark: EventTime) {
    this.operator = operator;
    this.watermark = watermark;
    this.#whereName = `windows.${operator.name}.where`;
    this.slots = columnOffsets(operator.shape);
    this.#inputs = new Inputs(this.slots.at(-1) as number);
    this.staged = [...operator.shape.keys()].filter((index) => operator.shape[index]?.stage !== undefined);
    this.#reading = operator.shape.flatMap(({ read }, index) =>
      read === undefined ? [] : [{ index, read, slot: this.slots[index] as number }],
    );
    this.#empty = new Table(operator.shape, 1);
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

  /** What was made of the event taken last. */
  get verdict(): Verdict {
    return this.#verdict;
  }

  /** Adds what was taken last, or counts it as late. */
  add(): void {
    if (this.#verdict === 'late') this.late++;
    if (this.#verdict !== 'open') return;
    for (let index = 0; index < this.keys.length; index++) this.fold(this.keys[index] as string, this.#inputsFor(index));
  }

  /** What the batch adds to this window definition. */
  abstract deltas(): Delta[];

  /** Finds the window of an event; false when it takes no event any more. */
  protected abstract place(event: E, time: EventTime): boolean;

  /** Folds the event taken last under one of its keys. */
  protected abstract fold(key: string, inputs: Inputs): void;

  /** The table that the event taken last will be added to as it is; none when there is none yet, or when it is merged into one later. */
  protected target(): Table | undefined {
    return undefined;
  }

  #inputsFor(index: number): Inputs {
    return this.#inputsByKey.length === 0 ? this.#inputs : (this.#inputsByKey[index] as Inputs);
  }

  #readInputs(event: E): void {
    const reading = this.#reading;
    let at = 0;
    try {
      for (; at < reading.length; at++) {
        const { read, slot } = reading[at] as Reading<E>;
        read(event, this.#inputs, slot);
      }
    } catch (error) {
      throw invalidValue(this.operator, (reading[at] as Reading<E>).index, error);
    }
  }

  #stage(index: number, key: string, inputs: Inputs): void {
    try {
      (this.target() ?? this.#empty).stage(index, key, inputs);
    } catch (error) {
      throw invalidValue(this.operator, index, error);
    }
  }

  #stageAll(): void {
    if (this.staged.length === 0) return;
    this.#inputsByKey = this.keys.length === 1 ? [] : this.keys.map(() => this.#inputs.copy());
    for (const [at, key] of this.keys.entries()) for (const index of this.staged) this.#stage(index, key, this.#inputsFor(at));
  }

  #read({ event, time }: TimedEvent<E>): Verdict {
    const { operator } = this;
    if (operator.where !== undefined && !guarded('filter', this.#whereName, operator.where, event)) return 'excluded';
    if (!this.place(event, time)) return 'late';
    this.keys = readKeys(operator, event, this.#texts);
    this.#inputs.time = time;
    this.#readInputs(event);
    this.#stageAll();
    return 'open';
  }
}

function invalidValue<E>({ name, aggregateNames }: WindowOperator<E>, index: number, error: unknown): InvalidRecord {
  const what = `windows.${name}.${index < aggregateNames.length ? `aggregate.${aggregateNames[index]}` : 'trigger'}`;
  return new InvalidRecord('value', error instanceof InvalidInput ? `${what} ${error.message}` : `${what} threw ${showThrown(error)}`);
}
