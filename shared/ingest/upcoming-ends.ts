import type { Delta } from '../log/commit.ts';
import { maxTimestamp, type WindowOperator } from '../pipeline/window-operator.ts';
import type { Float64Column } from '../table/float64-column.ts';
import { columnOffsets } from '../table/table.ts';
import { BEGINNING_OF_TIME, type EventTime } from '../time/event-time.ts';
import type { SlicedAssigner } from '../windows/window.ts';

/** When the windows of one definition that hold events of one shard are complete, as far as one writer of the shard knows. */
export interface UpcomingEnds {
  /** Whether the shard's watermark completes a window on its way `from` (exclusively) `to`, or finds one that was complete before changed. */
  pass(deltas: readonly Delta[], from: EventTime, to: EventTime): boolean;
}

export function upcomingEnds(operator: WindowOperator<never>): UpcomingEnds {
  return operator.assigner.merges ? new SessionEnds(operator) : new SlicedEnds(operator.assigner);
}

class SlicedEnds implements UpcomingEnds {
  readonly #assigner: SlicedAssigner;
  /** No window behind it holds anything. */
  #lastEnd = BEGINNING_OF_TIME;

  constructor(assigner: SlicedAssigner) {
    this.#assigner = assigner;
  }

  pass(deltas: readonly Delta[], from: EventTime, to: EventTime): boolean {
    for (const { start } of deltas) this.#lastEnd = later(this.#lastEnd, this.#assigner.lastEndOf(start));
    if (deltas.some(({ start }) => maxTimestamp(this.#assigner.firstEndOf(start)) <= to)) return true;
    if (from === BEGINNING_OF_TIME) return false;
    const next = this.#assigner.firstEndOf(this.#assigner.sliceOf((from + 1) as EventTime));
    return next <= this.#lastEnd && maxTimestamp(next) <= to;
  }
}

// Every key has ends of its own. Those that lie closer together count as one, the later.
const GRAIN_MS = 100;
// Beyond this many nobody is woken for more: their sessions fire on the schedule.
const ENDS_MAX = 10_000;

class SessionEnds implements UpcomingEnds {
  readonly #ends = new Set<number>();
  readonly #endAt: number;

  constructor({ shape, extentAt = 0 }: WindowOperator<never>) {
    this.#endAt = columnOffsets(shape)[extentAt + 1] as number;
  }

  pass(deltas: readonly Delta[], _from: EventTime, to: EventTime): boolean {
    for (const { table } of deltas) {
      const ends = table.columns[this.#endAt] as Float64Column;
      for (let row = 0; row < table.size && this.#ends.size < ENDS_MAX; row++) this.#ends.add(grainOf(ends.at(row), to));
    }
    const before = this.#ends.size;
    for (const end of this.#ends) if (end <= to) this.#ends.delete(end);
    return this.#ends.size < before;
  }
}

function grainOf(end: number, watermark: EventTime): number {
  return end <= watermark ? end : Math.ceil(end / GRAIN_MS) * GRAIN_MS;
}

function later(a: EventTime, b: EventTime): EventTime {
  return a > b ? a : b;
}
