import { BEGINNING_OF_TIME, type EventTime } from '../time/event-time.ts';
import type { Shard, ShardId } from './shard.ts';
import type { ShardProgress } from './shard-progress.ts';
import { combineClocks, earlierClock, type SourceName } from './source-clock.ts';

/** What is known of one shard. */
export interface ShardFacts extends Pick<Shard, 'parents'> {
  /** Absent before its first commit. */
  readonly progress?: ShardProgress;
  /** It is closed, everything on it is committed, and its children are known: it has left the minimum for good. */
  readonly isDrained?: boolean;
}

/**
 * How far each shard has come, with what it has from its parents: a child stands where they do until it has a clock of its own. Of two
 * parents the slower counts, source by source.
 */
export class Standings {
  readonly #shards: ReadonlyMap<ShardId, ShardFacts>;
  readonly #idleTimeoutMs: number | undefined;
  readonly #known = new Map<ShardId, ShardProgress | undefined>();

  constructor(shards: ReadonlyMap<ShardId, ShardFacts>, idleTimeoutMs: number | undefined) {
    this.#shards = shards;
    this.#idleTimeoutMs = idleTimeoutMs;
  }

  of(shard: ShardId): ShardProgress | undefined {
    if (this.#known.has(shard)) return this.#known.get(shard);
    // A lineage that leads back to itself, which there cannot be, must not hang.
    this.#known.set(shard, undefined);
    const facts = this.#shards.get(shard);
    const inherited = (facts?.parents ?? []).flatMap((parent) => this.of(parent) ?? []);
    const standing = continued(inherited.length === 0 ? undefined : inherited.reduce(slower), facts?.progress);
    this.#known.set(shard, standing);
    return standing;
  }

  /**
   * The clock of a source on a shard.
   *
   * A source that has fallen silent on a shard that goes on delivering needs no probe: everything that arrived up to the shard's newest
   * record is committed, and nothing of the source was among it. Past the idle timeout its clock goes on at wall-clock speed, up to that arrival. A
   * source that the shard has never delivered, though it has delivered for longer than the timeout, stands with the slowest of those
   * that it has. Without a timeout neither moves.
   */
  clock(shard: ShardId, source: SourceName): EventTime {
    const standing = this.of(shard);
    if (standing === undefined) return BEGINNING_OF_TIME;
    const { clocks, arrivedFromMs, arrivedToMs } = standing;
    if (Object.hasOwn(clocks, source)) return this.#seenClock(standing, source);
    const sources = Object.keys(clocks);
    if (sources.length === 0 || !this.#isSilence(arrivedToMs - arrivedFromMs)) return BEGINNING_OF_TIME;
    return Math.min(...sources.map((seen) => this.#seenClock(standing, seen))) as EventTime;
  }

  /** Whether anything of a source has reached the shard. */
  hasSeen(shard: ShardId, source: SourceName): boolean {
    return Object.hasOwn(this.of(shard)?.clocks ?? {}, source);
  }

  #seenClock({ clocks, arrivedToMs }: ShardProgress, source: SourceName): EventTime {
    const { time, arrivedAtMs = arrivedToMs } = clocks[source] ?? {};
    if (time === undefined) return BEGINNING_OF_TIME;
    const silentMs = arrivedToMs - arrivedAtMs;
    return this.#isSilence(silentMs) ? ((time + silentMs) as EventTime) : time;
  }

  #isSilence(ms: number): boolean {
    return this.#idleTimeoutMs !== undefined && ms >= this.#idleTimeoutMs;
  }
}

function slower(a: ShardProgress, b: ShardProgress): ShardProgress {
  return {
    clocks: combineClocks(a.clocks, b.clocks, earlierClock),
    arrivedFromMs: Math.min(a.arrivedFromMs, b.arrivedFromMs),
    arrivedToMs: Math.min(a.arrivedToMs, b.arrivedToMs),
    committedAtMs: Math.max(a.committedAtMs, b.committedAtMs),
  };
}

function continued(inherited: ShardProgress | undefined, own: ShardProgress | undefined): ShardProgress | undefined {
  if (inherited === undefined || own === undefined) return own ?? inherited;
  return {
    // The child's own clock, even where it lies behind; one without a marker yet stands at its parents'.
    clocks: combineClocks(inherited.clocks, own.clocks, (before, now) => ({ ...before, ...now })),
    arrivedFromMs: Math.min(inherited.arrivedFromMs, own.arrivedFromMs),
    arrivedToMs: own.arrivedToMs,
    committedAtMs: own.committedAtMs,
  };
}
