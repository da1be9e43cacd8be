import type { Commit, Delta } from '../log/commit.ts';
import type { ShardId } from '../log/keys.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { WindowOperator } from '../pipeline/window-operator.ts';
import type { Float64Column } from '../table/float64-column.ts';
import { columnOffsets } from '../table/table.ts';
import { BEGINNING_OF_TIME, type EventTime } from '../time/event-time.ts';
import { shardWatermark } from '../watermarks/shard-watermark.ts';
import { type UpcomingEnds, upcomingEnds } from './upcoming-ends.ts';

const INTERVAL_MS = 250;
// A replay or a backlog closes windows with every batch, and nobody waits there for a fraction of a second.
const LAG_MS = 60_000;
const INTERVAL_LAGGING_MS = 10_000;

interface ShardKnowledge {
  watermark: EventTime;
  /** By window definition. */
  readonly ends: ReadonlyMap<string, UpcomingEnds>;
}

/**
 * Whether a commit lets something leave, as far as one writer can tell: its shard has passed the end of a window, an event that matters has come, a
 * trigger counts events or its interval is over. Only a hint: firing decides, and it runs on its schedule as well.
 *
 * It says so at most four times a second, and for a shard that lags behind its stream once in ten seconds. Unless its shard lags, an event that
 * matters does not wait.
 */
export class WakeRule {
  readonly #pipeline: Pipeline<never>;
  readonly #shards = new Map<ShardId, ShardKnowledge>();
  /** When somebody was woken last for the end of an interval, by its length. */
  readonly #intervalsOverAtMs = new Map<number, number>();
  /** Intervals of windows that something has come for since. */
  readonly #intervalsRunning = new Set<number>();
  #wokenAtMs = Number.NEGATIVE_INFINITY;
  /** Something may leave that nobody has been woken for yet. */
  #isPending = false;

  constructor(pipeline: Pipeline<never>) {
    this.#pipeline = pipeline;
  }

  /** To be told of every commit, in the order of its shard. */
  wakes({ shard, clocks, arrivedToMs, deltas }: Pick<Commit, 'shard' | 'clocks' | 'arrivedToMs' | 'deltas'>, nowMs: number): boolean {
    const known = this.#known(shard);
    const from = known.watermark;
    known.watermark = shardWatermark(this.#pipeline.sources, clocks);

    let isCritical = false;
    for (const operator of this.#pipeline.operators) {
      const own = deltas.filter(({ window }) => window === operator.name);
      // Asked first, always: it must be told of every commit.
      const isComplete = known.ends.get(operator.name)?.pass(own, from, known.watermark) === true;
      isCritical ||= own.some((delta) => holdsCritical(delta, operator));
      this.#isPending ||= isComplete || isCritical || (own.length > 0 && countsEvents(operator));
      if (own.length > 0) for (const everyMs of intervalsOf(operator)) this.#intervalsRunning.add(everyMs);
    }
    const over = [...this.#intervalsRunning].filter((everyMs) => nowMs - (this.#intervalsOverAtMs.get(everyMs) ?? -everyMs) >= everyMs);
    this.#isPending ||= over.length > 0;
    if (!this.#isPending || nowMs - this.#wokenAtMs < waitMs(nowMs - arrivedToMs, isCritical)) return false;

    this.#isPending = false;
    this.#wokenAtMs = nowMs;
    for (const everyMs of over) {
      this.#intervalsOverAtMs.set(everyMs, nowMs);
      this.#intervalsRunning.delete(everyMs);
    }
    return true;
  }

  #known(shard: ShardId): ShardKnowledge {
    const known = this.#shards.get(shard) ?? {
      watermark: BEGINNING_OF_TIME,
      ends: new Map(this.#pipeline.operators.map((operator) => [operator.name, upcomingEnds(operator)])),
    };
    this.#shards.set(shard, known);
    return known;
  }
}

function waitMs(lagMs: number, isCritical: boolean): number {
  if (lagMs > LAG_MS) return INTERVAL_LAGGING_MS;
  return isCritical ? 0 : INTERVAL_MS;
}

function holdsCritical({ table }: Delta, { shape, criticalAt }: WindowOperator<never>): boolean {
  if (criticalAt === undefined) return false;
  const tallies = table.columns[columnOffsets(shape)[criticalAt] as number] as Float64Column;
  return table.keys.some((_key, row) => tallies.at(row) > 0);
}

function intervalsOf({ early, late }: WindowOperator<never>): number[] {
  return [early?.everyMs, late?.everyMs].filter((each) => each !== undefined);
}

/** How many events a window has is not known here: any may be the one that counts. */
function countsEvents({ early, late }: WindowOperator<never>): boolean {
  return early?.events !== undefined || late?.events !== undefined;
}
