import type { Aggregate } from '../aggregates/aggregate.ts';
import type { Commit, Delta } from '../log/commit.ts';
import type { Position } from '../log/position.ts';
import type { Pane } from '../pipeline/pane.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { WindowOperator } from '../pipeline/window-operator.ts';
import { columnOffsets, Table } from '../table/table.ts';
import { keyOfSessionRow } from '../windows/session-row.ts';
import { addOrigin, type Origin, type Origins, origins } from './origins.ts';

const ORIGINS = 'origins';

/** A pipeline with one window and one key, whose panes say which commits their events came from. */
export class TracedPipeline {
  /** What firing runs. */
  readonly pipeline: Pipeline<never>;
  readonly #original: WindowOperator<never>;
  readonly #shape: readonly Aggregate<never, unknown>[];
  readonly #offsets: readonly number[];
  readonly #key: string;

  constructor(pipeline: Pipeline<never>, operator: WindowOperator<never>, key: string) {
    this.#original = operator;
    this.#shape = [...operator.shape, origins];
    this.#offsets = columnOffsets(this.#shape);
    this.#key = key;
    this.pipeline = this.of(pipeline);
  }

  /** The same of the pipeline as it was defined once: with another lateness, or before it had the window. */
  of(pipeline: Pipeline<never>): Pipeline<never> {
    // Results are called by their places: an aggregate of the user's may be called anything.
    const aggregateNames = [...this.#original.shape.keys().map(String), ORIGINS];
    const operators = pipeline.operators
      .filter(({ name }) => name === this.#original.name)
      .map((operator) => ({ ...operator, shape: this.#shape, aggregateNames }));
    return { ...pipeline, operators };
  }

  /** A commit with nothing but the rows of the key, each with where it came from. */
  trace(commit: Commit, position: Position, arrivedBeforeMs: number | undefined): Commit {
    const { shard, first, last, committedAtMs, arrivedFromMs, arrivedToMs } = commit;
    const origin: Origin = {
      shard,
      position,
      first,
      last,
      committedAtMs,
      // That of a commit is the arrival of the shard's first record.
      arrivedFromMs: arrivedBeforeMs ?? arrivedFromMs,
      arrivedToMs,
    };
    const deltas = commit.deltas
      .filter(({ window }) => window === this.#original.name)
      .map((delta): Delta => ({ ...delta, table: this.#traceTable(delta.table, origin) }))
      .filter(({ table }) => table.size > 0);
    return { ...commit, deltas };
  }

  /** Where the events of a pane came from that firing made of this pipeline. */
  originsOf(pane: Pick<Pane, 'value'>): Origins {
    return pane.value[ORIGINS] as Origins;
  }

  #traceTable(from: Table, origin: Origin): Table {
    const traced = new Table(this.#shape, 1);
    for (const [fromRow, name] of from.keys.entries()) {
      const key = this.#original.assigner.merges ? keyOfSessionRow(name) : name;
      if (key === this.#key) this.#traceRow(traced, name, from, fromRow, origin);
    }
    return traced;
  }

  #traceRow(traced: Table, name: string, from: Table, fromRow: number, origin: Origin): void {
    const row = traced.row(name);
    const events = from.events.at(fromRow);
    traced.events.set(row, events);
    for (const [index, aggregate] of this.#original.shape.entries()) {
      aggregate.merge(traced.columns, row, from.columns, fromRow, this.#offsets[index] as number);
    }
    addOrigin(traced.columns, this.#offsets[this.#original.shape.length] as number, row, origin, events);
  }
}
