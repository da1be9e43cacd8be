import type { Delta } from '../log/commit.ts';
import type { RecordCounts } from '../log/counts.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { Values } from '../pipeline/pipeline-options.ts';
import type { WindowOperator } from '../pipeline/window-operator.ts';
import type { EventTime } from '../time/event-time.ts';
import type { SourceClocks } from '../watermarks/source-clock.ts';
import { ClockReader } from './clock-reader.ts';
import type { EventCursor } from './event-cursor.ts';
import { eventsOf } from './events-of.ts';
import type { InputRecord } from './input-record.ts';
import { InvalidRecord } from './invalid-record.ts';
import { type FoundValues, NOTHING_FOUND } from './lookups.ts';
import type { OperatorFold } from './operator-fold.ts';
import { readEvent } from './read-event.ts';
import { RefusedEvents } from './refused-events.ts';
import type { RulesInForce } from './rules-in-force.ts';
import type { SeenIds } from './seen-ids.ts';
import { SessionFold } from './session-fold.ts';
import { SliceFold } from './slice-fold.ts';
import type { TimedEvent } from './timed-event.ts';

export interface TimeSpan {
  readonly earliest: EventTime;
  readonly latest: EventTime;
}

export interface FoldedBatch {
  readonly deltas: readonly Delta[];
  readonly invalid: RefusedEvents<InvalidRecord>;
  /** Why: the windows that they came too late for, which are all that they are for. */
  readonly late: RefusedEvents<readonly string[]>;
  /** The times of late events, the earliest and the latest; absent where there are none. */
  readonly lateTimes: TimeSpan | undefined;
  readonly counts: RecordCounts;
  /** Hashes of the ids that are let in, where duplicates are dropped. */
  readonly letIn: Float64Array | undefined;
  readonly lateByWindow: Readonly<Record<string, number>>;
  /** How far the valid records have come, by source. */
  readonly clocks: SourceClocks;
}

/**
 * Folds a batch into one table per window and start, event by event, so that none outlives its turn: the garbage collector has less to do than
 * with anything kept. Every event goes in everywhere or nowhere: all that can fail is done before anything is added.
 */
export class BatchFold<E, M = E> {
  readonly #pipeline: Pipeline<E, Values, M>;
  readonly #rules: RulesInForce | undefined;
  readonly #found: FoundValues;
  readonly #events: EventCursor;
  readonly #seen: Pick<SeenIds, 'has'> | undefined;
  readonly #folds: readonly OperatorFold<M>[];
  readonly #invalid = new RefusedEvents<InvalidRecord>();
  readonly #late = new RefusedEvents<readonly string[]>();
  #lateTimes: TimeSpan | undefined;
  readonly #clocks = new ClockReader();
  readonly #letIn = new Set<number>();
  #folded = 0;
  #filtered = 0;
  #duplicate = 0;

  /**
   * @param watermark The pipeline's, as far as it is known: a lower bound. Windows that it has closed take nothing.
   * @param seen Which ids have been let in before, where duplicates are dropped.
   * @param rules Those that are set while the pipeline runs, where there may be any.
   * @param found What was looked up for the events, where that is done.
   */
  constructor(
    pipeline: Pipeline<E, Values, M>,
    records: readonly InputRecord[],
    watermark: EventTime,
    seen: Pick<SeenIds, 'has'> | undefined,
    rules?: RulesInForce,
    found: FoundValues = NOTHING_FOUND,
  ) {
    this.#found = found;
    this.#pipeline = pipeline;
    this.#rules = rules;
    this.#events = eventsOf(pipeline, records);
    this.#seen = seen;
    this.#folds = pipeline.operators.map((operator) => operatorFold(operator, watermark));
  }

  /** What is known of the watermark now: it may rise between two events. */
  set watermark(watermark: EventTime) {
    for (const fold of this.#folds) fold.watermark = watermark;
  }

  /**
   * Folds what has not been folded yet.
   *
   * @param mayBeLate Asked of the time of every event; where it says yes, nothing of that event is done yet, and folding can be taken up again there.
   * @returns Whether that was the end of the batch.
   */
  foldUntil(mayBeLate: ((time: EventTime) => boolean) | undefined): boolean {
    const events = this.#events;
    while (!events.atEnd) {
      const { record } = events;
      try {
        const timed = readEvent(this.#pipeline, record, events.event(), this.#rules, this.#found);
        if (mayBeLate?.(timed.time) === true) return false;
        this.#fold(timed);
        this.#clocks.read(timed);
      } catch (problem) {
        if (!(problem instanceof InvalidRecord)) throw problem;
        // Looked at only now, so that a record that is one event, as most are, costs nothing more.
        const refusal = events.unpack(problem);
        if (refusal === undefined) continue;
        this.#invalid.add(record, events.whole, refusal);
      }
      events.advance();
    }
    return true;
  }

  result(): FoldedBatch {
    const folds = this.#folds;
    const dropsDuplicates = this.#pipeline.deduplication !== undefined;
    return {
      deltas: folds.flatMap((fold) => fold.deltas()),
      invalid: this.#invalid,
      late: this.#late,
      lateTimes: this.#lateTimes,
      counts: {
        read: this.#events.count,
        folded: this.#folded,
        filtered: this.#filtered,
        late: this.#late.count,
        invalid: this.#invalid.count,
        ...(dropsDuplicates ? { duplicate: this.#duplicate } : {}),
      },
      letIn: dropsDuplicates ? Float64Array.from(this.#letIn) : undefined,
      lateByWindow: Object.fromEntries(folds.filter((fold) => fold.late > 0).map((fold) => [fold.operator.name, fold.late])),
      clocks: this.#clocks.clocks,
    };
  }

  #fold(timed: TimedEvent<M>): void {
    const { id, record } = timed;
    if (!timed.passes) {
      this.#filtered++;
      return;
    }
    if (id !== undefined && (this.#letIn.has(id) || this.#seen?.has(id, record.arrivedAtMs))) {
      this.#duplicate++;
      return;
    }
    let isOpen = false;
    let isLate = false;
    for (const fold of this.#folds) {
      const verdict = fold.take(timed);
      if (verdict === 'open') isOpen = true;
      else if (verdict === 'late') isLate = true;
    }
    if (isOpen) this.#folded++;
    else if (isLate) this.#refuseLate(timed);
    else this.#filtered++;
    for (const fold of this.#folds) fold.add();
    if (id !== undefined) this.#letIn.add(id);
  }

  #refuseLate({ record, time }: TimedEvent<M>): void {
    const windows = this.#folds.filter((fold) => fold.verdict === 'late').map((fold) => fold.operator.name);
    this.#late.add(record, this.#events.whole, windows);
    const { earliest, latest } = this.#lateTimes ?? { earliest: time, latest: time };
    this.#lateTimes = { earliest: time < earliest ? time : earliest, latest: time > latest ? time : latest };
  }
}

function operatorFold<E>(operator: WindowOperator<E>, watermark: EventTime): OperatorFold<E> {
  const { assigner } = operator;
  return assigner.merges ? new SessionFold(operator, assigner, watermark) : new SliceFold(operator, assigner, watermark);
}
