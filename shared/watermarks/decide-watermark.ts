import { BEGINNING_OF_TIME, type EventTime } from '../time/event-time.ts';
import type { ShardId } from './shard.ts';
import type { ShardProof } from './shard-proof.ts';
import { type ShardFacts, Standings } from './shard-standing.ts';
import type { SourceName } from './source-clock.ts';
import type { WatermarkStrategy } from './watermark-strategy.ts';

/** What a pipeline's definition says about its watermark. */
export interface WatermarkRules {
  readonly strategies: ReadonlyMap<SourceName, Pick<WatermarkStrategy<never>, 'watermarkAt'>>;
  /** Absent when no shard is ever left out for being silent. */
  readonly idleTimeoutMs: number | undefined;
}

export interface WatermarkFacts {
  /** Every shard known, as far as its log was read: the cut. */
  readonly shards: ReadonlyMap<ShardId, ShardFacts>;
  /** What was found behind that cut, after it had been read. Proofs of an earlier cut prove nothing. */
  readonly proofs: ReadonlyMap<ShardId, ShardProof>;
  /** The watermark of the last epoch. */
  readonly floor: EventTime;
  /** The lowest watermark above the floor at which something would leave or close; absent when nothing is open. */
  readonly nextDue: EventTime | undefined;
  readonly nowMs: number;
}

/** A shard that does not count, and since when that is certain. */
export interface LeftOut {
  readonly shard: ShardId;
  /** `drained` is for good, the others for this cut alone. */
  readonly because: 'idle' | 'drained' | 'gone';
  readonly provenAtMs: number;
}

export interface WatermarkDecision {
  readonly watermark: EventTime;
  /** The slowest channel; absent when every shard is left out. */
  readonly heldBackBy: { readonly shard: ShardId; readonly source: SourceName } | undefined;
  readonly leftOut: readonly LeftOut[];
  /** How far the watermark has gone on without any event, because every shard is left out. */
  readonly idleForMs: number | undefined;
  /** Shards to look behind, since without them something would leave; none when that would not help yet. */
  readonly probes: readonly ShardId[];
}

/**
 * The watermark of a pipeline: the minimum over its channels, monotone.
 *
 * A shard is left out only by a proof taken after the cut. The proof of several shards holds up to the moment of the earliest of theirs: until
 * then, and no longer, nothing undelivered was on any of them.
 */
export function decideWatermark(rules: WatermarkRules, facts: WatermarkFacts): WatermarkDecision {
  const { shards, proofs, floor } = facts;
  const channels = new Channels(rules, facts);
  const present = [...shards].filter(([, { isDrained }]) => !isDrained).map(([shard]) => shard);
  const leftOut = present.flatMap((shard): LeftOut[] => {
    const proof = proofs.get(shard);
    const because = proof === undefined ? undefined : channels.reasonToLeave(shard, proof);
    return proof === undefined || because === undefined ? [] : [{ shard, because, provenAtMs: proof.provenAtMs }];
  });
  const out = new Set(leftOut.map(({ shard }) => shard));
  const counting = present.filter((shard) => !out.has(shard));

  const slowest = channels.slowest(counting);
  const provenAtMs = Math.min(...leftOut.map((each) => each.provenAtMs));
  const idleForMs = slowest === undefined && leftOut.length > 0 ? channels.idleForMs(provenAtMs) : undefined;
  const reached = slowest?.watermark ?? (idleForMs === undefined ? BEGINNING_OF_TIME : channels.idleWatermark(idleForMs));
  const watermark = reached > floor ? reached : floor;
  return {
    watermark,
    heldBackBy: slowest === undefined ? undefined : { shard: slowest.shard, source: slowest.source },
    leftOut,
    idleForMs,
    probes: channels.worthProbing(counting, watermark),
  };
}

class Channels {
  readonly #rules: WatermarkRules;
  readonly #facts: WatermarkFacts;
  readonly #standings: Standings;
  readonly #parents: ReadonlySet<ShardId>;

  constructor(rules: WatermarkRules, facts: WatermarkFacts) {
    this.#rules = rules;
    this.#facts = facts;
    this.#standings = new Standings(facts.shards, rules.idleTimeoutMs);
    this.#parents = new Set([...facts.shards.values()].flatMap(({ parents }) => parents));
  }

  slowest(shards: readonly ShardId[]): { shard: ShardId; source: SourceName; watermark: EventTime } | undefined {
    let slowest: { shard: ShardId; source: SourceName; watermark: EventTime } | undefined;
    for (const shard of shards) {
      for (const [source, { watermarkAt }] of this.#rules.strategies) {
        const watermark = watermarkAt(this.#standings.clock(shard, source));
        if (slowest === undefined || watermark < slowest.watermark) slowest = { shard, source, watermark };
      }
    }
    return slowest;
  }

  reasonToLeave(shard: ShardId, { kind }: ShardProof): LeftOut['because'] | undefined {
    if (kind === 'empty') return this.#isSilent(shard) ? 'idle' : undefined;
    if (kind !== 'ended' && kind !== 'gone') return undefined;
    // What follows stands on its children. Until they are known, the parent stands for them.
    if (this.#parents.has(shard)) return 'drained';
    return kind === 'gone' && this.#isSilent(shard) ? 'gone' : undefined;
  }

  /** How long the pipeline had been without a commit at a moment. */
  idleForMs(atMs: number): number {
    const newest = Math.max(...this.#progresses.map(({ committedAtMs, arrivedToMs }) => Math.max(committedAtMs, arrivedToMs)));
    return Math.max(0, atMs - newest);
  }

  /**
   * Where the watermark would be had the highest clock of every source gone on at wall-clock speed. A source that no shard has delivered stands
   * with the slowest of the others: its first event may be as late as its bound allows.
   */
  idleWatermark(idleForMs: number): EventTime {
    const { strategies } = this.#rules;
    const highest = new Map<SourceName, number>();
    for (const source of strategies.keys()) {
      const seenBy = [...this.#facts.shards.keys()].filter((shard) => this.#standings.hasSeen(shard, source));
      if (seenBy.length > 0) highest.set(source, Math.max(...seenBy.map((shard) => this.#standings.clock(shard, source))));
    }
    const slowest = Math.min(...highest.values());
    if (highest.size === 0 || slowest === BEGINNING_OF_TIME) return BEGINNING_OF_TIME;
    const watermarks = [...strategies].map(([source, { watermarkAt }]) =>
      watermarkAt(((highest.get(source) ?? slowest) + idleForMs) as EventTime),
    );
    return Math.min(...watermarks) as EventTime;
  }

  /**
   * The shards that hold back what is due next, when leaving them out is possible and enough. A proof costs a few requests to the stream: none
   * is asked for while any other shard holds it back, too.
   */
  worthProbing(counting: readonly ShardId[], watermark: EventTime): readonly ShardId[] {
    const { proofs, nowMs } = this.#facts;
    const isProvable = (shard: ShardId) => !proofs.has(shard) && (this.#parents.has(shard) || this.#isSilent(shard));
    if (!counting.some(isProvable)) return [];
    const { nextDue } = this.#facts;
    if (nextDue === undefined || nextDue <= watermark) return [];
    const blocking = counting.filter((shard) => (this.slowest([shard])?.watermark ?? BEGINNING_OF_TIME) < nextDue);
    if (!blocking.every(isProvable)) return [];
    if (blocking.length === counting.length && this.idleWatermark(this.idleForMs(nowMs)) < nextDue) return [];
    return blocking;
  }

  /** Without a commit for the idle timeout; a shard that never had one, since its parents' last, or since the pipeline's first record. */
  #isSilent(shard: ShardId): boolean {
    const { idleTimeoutMs } = this.#rules;
    if (idleTimeoutMs === undefined) return false;
    const since = this.#standings.of(shard)?.committedAtMs ?? Math.min(...this.#progresses.map(({ arrivedFromMs }) => arrivedFromMs));
    return this.#facts.nowMs - since >= idleTimeoutMs;
  }

  get #progresses() {
    return [...this.#facts.shards.values()].flatMap(({ progress }) => progress ?? []);
  }
}
