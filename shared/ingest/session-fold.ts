import type { Inputs } from '../aggregates/inputs.ts';
import { show } from '../definition/show.ts';
import type { Delta } from '../log/commit.ts';
import type { WindowOperator } from '../pipeline/window-operator.ts';
import { Table } from '../table/table.ts';
import type { EventTime } from '../time/event-time.ts';
import { sessionRowName } from '../windows/session-row.ts';
import type { MergingAssigner } from '../windows/window.ts';
import { guarded, InvalidRecord } from './invalid-record.ts';
import { OperatorFold } from './operator-fold.ts';

interface Taken {
  readonly key: string;
  readonly time: EventTime;
  /** The event's own stretch ends here. */
  readonly end: EventTime;
  readonly inputs: Inputs;
}

/** Folds events into fragments of sessions: one row a fragment, with its bounds. */
export class SessionFold<E> extends OperatorFold<E> {
  readonly #assigner: MergingAssigner<E>;
  readonly #gapName: string;
  readonly #extentAt: number;
  readonly #taken: Taken[] = [];
  #time = 0 as EventTime;
  #end = 0 as EventTime;

  constructor(operator: WindowOperator<E>, assigner: MergingAssigner<E>, watermark: EventTime) {
    super(operator, watermark);
    this.#assigner = assigner;
    this.#gapName = `windows.${operator.name}.window.gap`;
    this.#extentAt = this.slots[operator.extentAt ?? 0] as number;
  }

  deltas(): Delta[] {
    const [first, ...rest] = this.#taken.toSorted((a, b) => (a.key === b.key ? a.time - b.time : a.key < b.key ? -1 : 1));
    if (first === undefined) return [];
    const table = new Table(this.operator.shape);
    let fragment = { key: first.key, start: first.time, end: first.end };
    let earliest = first.time;
    for (const taken of [first, ...rest]) {
      if (taken.key !== fragment.key || !this.#touches(fragment, taken.time))
        fragment = { key: taken.key, start: taken.time, end: taken.end };
      if (taken.end > fragment.end) fragment.end = taken.end;
      if (taken.time < earliest) earliest = taken.time;
      this.#add(table, sessionRowName(fragment.start, taken.key), taken.inputs);
    }
    return [{ window: this.operator.name, start: earliest, table }];
  }

  protected place(event: E, time: EventTime): boolean {
    const gapMs: unknown = guarded('value', this.#gapName, this.#assigner.gapMsOf, event);
    if (typeof gapMs !== 'number' || !Number.isInteger(gapMs) || gapMs < 1 || gapMs > this.#assigner.gapMsMax) {
      throw new InvalidRecord(
        'value',
        `${this.#gapName} gave ${show(gapMs)}; needed: whole milliseconds from 1 to ${this.#assigner.gapMsMax} (maxGap)`,
      );
    }
    this.#time = time;
    this.#end = (time + gapMs) as EventTime;
    return this.#end + this.operator.allowedLatenessMs > this.watermark;
  }

  protected fold(key: string, inputs: Inputs): void {
    inputs.numbers[this.#extentAt] = this.#time;
    inputs.numbers[this.#extentAt + 1] = this.#end;
    this.#taken.push({ key, time: this.#time, end: this.#end, inputs: inputs.copy() });
  }

  /** What was staged was staged alone, for which fragment it belongs to is known only now: so it is merged into what is there. */
  #add(table: Table, name: string, inputs: Inputs): void {
    if (this.staged.length === 0 || table.rowOf(name) === undefined) {
      table.add(name, inputs);
      return;
    }
    const alone = new Table(this.operator.shape, 1);
    alone.add(name, inputs);
    table.mergeRow(alone, 0);
  }

  /** Where sessions have a longest duration, only events of one moment are put together: an earlier event may still move every cut. */
  #touches({ start, end }: { start: EventTime; end: EventTime }, time: EventTime): boolean {
    return this.#assigner.durationMsMax === Number.POSITIVE_INFINITY ? time <= end : time === start;
  }
}
