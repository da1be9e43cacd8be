import type { Aggregate } from '../aggregates/aggregate.ts';
import type { CommitHeader } from '../log/commit.ts';
import type { Position } from '../log/position.ts';
import type { Column } from '../table/column.ts';
import type { ObjectColumn } from '../table/object-column.ts';

/** A commit as the place that events came from. Times are epoch milliseconds. */
export interface Origin extends Pick<CommitHeader, 'shard' | 'first' | 'last' | 'committedAtMs'> {
  /** In the shard's log. */
  readonly position: Position;
  /** Its records reached the stream between these two. */
  readonly arrivedFromMs: number;
  readonly arrivedToMs: number;
}

/** How many events of a row each commit brought. One object a commit. */
export type Origins = ReadonlyMap<Origin, number>;

/**
 * Where the events of a row came from, as one more aggregate: whatever firing merges, keeps back, lets go of or withdraws, the commits go
 * with it. So what is told of a pane is what firing did, and not what somebody believes that it does.
 */
export const origins: Aggregate<never, Origins> = Object.freeze<Aggregate<never, Origins>>({
  describe: 'origins',
  columns: [
    {
      kind: 'object',
      name: 'origins',
      codec: { write: neverStored, read: neverStored },
    },
  ],
  // Events are long folded: only rows are merged.
  add: neverStored,
  merge: (into, row, from, fromRow, at) => {
    for (const [origin, events] of originsOf(from, at, fromRow)) addOrigin(into, at, row, origin, events);
  },
  result: (columns, at, row) => new Map(originsOf(columns, at, row)),
});

/** Notes that a commit brought events of a row. */
export function addOrigin(columns: readonly Column[], at: number, row: number, origin: Origin, events: number): void {
  const column = columns[at] as ObjectColumn<Map<Origin, number>>;
  const known = column.at(row) ?? new Map<Origin, number>();
  known.set(origin, (known.get(origin) ?? 0) + events);
  column.set(row, known);
}

function originsOf(columns: readonly Column[], at: number, row: number): Origins {
  return (columns[at] as ObjectColumn<Map<Origin, number>>).at(row) ?? new Map<Origin, number>();
}

function neverStored(): never {
  throw new Error('origins are traced in memory; they are neither folded from events nor stored');
}
