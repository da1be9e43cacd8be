import type { Inputs } from '../aggregates/inputs.ts';
import type { Delta } from '../log/commit.ts';
import { cleanupTime, type WindowOperator } from '../pipeline/window-operator.ts';
import { Table } from '../table/table.ts';
import { BEGINNING_OF_TIME, type EventTime } from '../time/event-time.ts';
import type { SlicedAssigner } from '../windows/window.ts';
import { OperatorFold } from './operator-fold.ts';

/** Folds events into slices: one table a slice. */
export class SliceFold<E> extends OperatorFold<E> {
  readonly #assigner: SlicedAssigner;
  readonly #tables = new Map<EventTime, Table>();
  // Events mostly stay in one slice for long.
  #slice: EventTime | undefined;
  #table: Table | undefined;
  /** The watermark at which the slice takes no event any more. */
  #cleanupTime = BEGINNING_OF_TIME;

  constructor(operator: WindowOperator<E>, assigner: SlicedAssigner, watermark: EventTime) {
    super(operator, watermark);
    this.#assigner = assigner;
  }

  deltas(): Delta[] {
    const window = this.operator.name;
    return [...this.#tables].toSorted(([a], [b]) => a - b).map(([start, table]) => ({ window, start, table }));
  }

  protected place(_event: E, time: EventTime): boolean {
    const slice = this.#assigner.sliceOf(time);
    if (slice !== this.#slice) {
      this.#slice = slice;
      this.#table = this.#tables.get(slice);
      // Late is what is late for every window that the slice is part of.
      this.#cleanupTime = cleanupTime(this.operator, this.#assigner.lastEndOf(slice));
    }
    return this.#cleanupTime > this.watermark;
  }

  protected override target(): Table | undefined {
    return this.#table;
  }

  protected fold(key: string, inputs: Inputs): void {
    if (this.#table === undefined) {
      this.#table = new Table(this.operator.shape);
      this.#tables.set(this.#slice as EventTime, this.#table);
    }
    this.#table.add(key, inputs);
  }
}
