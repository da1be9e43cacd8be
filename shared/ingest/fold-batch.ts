import { Inputs } from '../aggregates/inputs.ts';
import { InvalidInput } from '../aggregates/invalid-input.ts';
import { show } from '../definition/show.ts';
import type { Delta } from '../log/commit.ts';
import type { RecordCounts } from '../log/counts.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { cleanupTime, createTable, type WindowOperator } from '../pipeline/window-operator.ts';
import { columnOffsets, type Table } from '../table/table.ts';
import { BEGINNING_OF_TIME, type EventTime } from '../time/event-time.ts';
import type { InputRecord } from './input-record.ts';
import { guarded, InvalidRecord, showThrown } from './invalid-record.ts';
import type { Invalid, ReadBatch, TimedEvent } from './read-batch.ts';

/** A record too late for every window. */
export interface Late {
  readonly record: InputRecord;
  readonly windows: readonly string[];
}

export interface FoldedBatch {
  readonly deltas: readonly Delta[];
  readonly invalid: readonly Invalid[];
  readonly late: readonly Late[];
  readonly counts: RecordCounts;
  readonly lateByWindow: Readonly<Record<string, number>>;
  /** The highest event time among the valid records; the beginning of time when there is none. */
  readonly clock: EventTime;
}

// What Kinesis takes as a partition key, which a window's key becomes on the output stream.
const KEY_LENGTH_MAX = 256;

/**
 * Folds a batch into one table per window and start. Every event goes in everywhere or nowhere: all that can fail is done before anything
 * is added.
 *
 * @param watermark The pipeline's, as far as it is known: a lower bound. Windows that it has closed take nothing.
 */
export function foldBatch<E>(pipeline: Pipeline<E>, { events, invalid }: ReadBatch<E>, watermark: EventTime): FoldedBatch {
  const folds = pipeline.operators.map((operator) => new OperatorFold(operator, watermark));
  const refused = [...invalid];
  const late: Late[] = [];
  let clock: EventTime = BEGINNING_OF_TIME;
  let folded = 0;
  let filtered = 0;

  for (const timed of events) {
    if (!timed.passes) {
      filtered++;
    } else {
      try {
        let open = 0;
        for (const fold of folds) if (fold.take(timed)) open++;
        if (open === 0) late.push({ record: timed.record, windows: folds.map((fold) => fold.operator.name) });
        else folded++;
        for (const fold of folds) fold.add();
      } catch (problem) {
        if (!(problem instanceof InvalidRecord)) throw problem;
        refused.push({ record: timed.record, problem });
        continue;
      }
    }
    if (timed.time > clock) clock = timed.time;
  }

  return {
    deltas: folds.flatMap((fold) => fold.deltas()),
    invalid: refused,
    late,
    counts: { read: events.length + invalid.length, folded, filtered, late: late.length, invalid: refused.length },
    lateByWindow: Object.fromEntries(folds.filter((fold) => fold.late > 0).map((fold) => [fold.operator.name, fold.late])),
    clock,
  };
}

/** The part of one window definition in the folding of a batch: takes an event, which may fail, then adds it, which may not. */
class OperatorFold<E> {
  readonly operator: WindowOperator<E>;
  /** Events that came too late for this window. */
  late = 0;
  readonly #watermark: EventTime;
  readonly #tables = new Map<EventTime, Table>();
  /** Stands for the table of a window that has none yet. */
  readonly #empty: Table;
  readonly #offsets: readonly number[];
  /** The aggregates whose adding may fail. */
  readonly #staged: readonly number[];
  // The event taken last.
  readonly #inputs: Inputs;
  #start = BEGINNING_OF_TIME;
  #key = '';
  #open = false;
  // Events mostly stay in one window for long.
  #lastStart: EventTime | undefined;
  #lastTable: Table | undefined;

  constructor(operator: WindowOperator<E>, watermark: EventTime) {
    this.operator = operator;
    this.#watermark = watermark;
    this.#empty = createTable(operator);
    this.#offsets = columnOffsets(operator.aggregates);
    this.#staged = [...operator.aggregates.keys()].filter((index) => operator.aggregates[index]?.stage !== undefined);
    this.#inputs = new Inputs(this.#offsets.at(-1) as number);
  }

  /**
   * Reads what this window needs of an event; false when the event is too late for it.
   *
   * @throws {InvalidRecord} when key or values cannot be had.
   */
  take({ event, time }: TimedEvent<E>): boolean {
    const { operator } = this;
    this.#start = operator.assigner.startOf(time);
    this.#open = cleanupTime(operator, operator.assigner.endOf(this.#start)) > this.#watermark;
    if (this.#open) {
      this.#key = readKey(operator, event);
      this.#inputs.time = time;
      for (let index = 0; index < operator.aggregates.length; index++) this.#read(index, event);
      for (const index of this.#staged) this.#stage(index);
    }
    return this.#open;
  }

  /** Adds what was taken last, or counts it as late. */
  add(): void {
    if (this.#open) this.#table().add(this.#key, this.#inputs);
    else this.late++;
  }

  deltas(): Delta[] {
    const window = this.operator.name;
    return [...this.#tables].toSorted(([a], [b]) => a - b).map(([start, table]) => ({ window, start, table }));
  }

  #read(index: number, event: E): void {
    try {
      this.operator.aggregates[index]?.read?.(event, this.#inputs, this.#offsets[index] as number);
    } catch (error) {
      throw invalidValue(this.operator, index, error);
    }
  }

  #stage(index: number): void {
    try {
      (this.#tables.get(this.#start) ?? this.#empty).stage(index, this.#key, this.#inputs);
    } catch (error) {
      throw invalidValue(this.operator, index, error);
    }
  }

  #table(): Table {
    if (this.#start === this.#lastStart && this.#lastTable !== undefined) return this.#lastTable;
    let table = this.#tables.get(this.#start);
    if (table === undefined) {
      table = createTable(this.operator);
      this.#tables.set(this.#start, table);
    }
    this.#lastStart = this.#start;
    this.#lastTable = table;
    return table;
  }
}

function readKey<E>(operator: WindowOperator<E>, event: E): string {
  const key: unknown = guarded('key', `windows.${operator.name}.keyBy`, () => operator.keyBy(event));
  if (typeof key === 'string' && key.length > 0 && key.length <= KEY_LENGTH_MAX && key.isWellFormed()) return key;
  if (typeof key === 'number' && Number.isFinite(key)) return String(key);
  throw new InvalidRecord('key', `windows.${operator.name}.keyBy gave ${show(key)}; needed: text of 1 to ${KEY_LENGTH_MAX} characters, or a number`);
}

function invalidValue<E>(operator: WindowOperator<E>, index: number, error: unknown): InvalidRecord {
  const name = `windows.${operator.name}.aggregate.${operator.aggregateNames[index]}`;
  return new InvalidRecord('value', error instanceof InvalidInput ? `${name} ${error.message}` : `${name} threw ${showThrown(error)}`);
}
