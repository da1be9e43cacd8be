/** What became of the events that were read, of which a record may hold several: `read = folded + filtered + late + invalid + duplicate`, always. */
export interface RecordCounts {
  /** All events, those of records that hold none that can be read included. */
  readonly read: number;
  /** In at least one window. */
  readonly folded: number;
  /** Left out by the pipeline's filter. */
  readonly filtered: number;
  /** Too late for every window; raw on the side stream. */
  readonly late: number;
  /** Refused; raw on the side stream. */
  readonly invalid: number;
  /** Dropped, for an event with the same id had come before. Only where a pipeline drops duplicates. */
  readonly duplicate?: number;
}

/** Events by the name of a window. */
export type CountsByWindow = Readonly<Record<string, number>>;

export const NO_RECORDS: RecordCounts = { read: 0, folded: 0, filtered: 0, late: 0, invalid: 0 };

export function addCounts(a: RecordCounts, b: RecordCounts): RecordCounts {
  return {
    read: a.read + b.read,
    folded: a.folded + b.folded,
    filtered: a.filtered + b.filtered,
    late: a.late + b.late,
    invalid: a.invalid + b.invalid,
    ...(a.duplicate === undefined && b.duplicate === undefined ? {} : { duplicate: (a.duplicate ?? 0) + (b.duplicate ?? 0) }),
  };
}

/** By name, whatever came first: the same totals are the same bytes. */
export function addByWindow(a: CountsByWindow, b: CountsByWindow): CountsByWindow {
  // Not in an object: a window may be called `constructor`.
  const sum = new Map(Object.entries(a));
  for (const [window, count] of Object.entries(b)) sum.set(window, (sum.get(window) ?? 0) + count);
  return Object.fromEntries([...sum].toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

export function totalOf(counts: CountsByWindow): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

/** Events read that are accounted for nowhere. Anything but 0 is a bug in Mullion. */
export function conservationDifference(counts: RecordCounts): number {
  return counts.read - counts.folded - counts.filtered - counts.late - counts.invalid - (counts.duplicate ?? 0);
}
