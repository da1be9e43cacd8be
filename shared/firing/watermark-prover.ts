import { type ShardId, shardLog } from '../log/keys.ts';
import { ORIGIN } from '../log/position.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { Clock } from '../ports/clock.ts';
import type { LogStore } from '../ports/log-store.ts';
import type { ShardProbe } from '../ports/shard-probe.ts';
import type { decideWatermark, WatermarkDecision } from '../watermarks/decide-watermark.ts';
import type { ShardProof } from '../watermarks/shard-proof.ts';
import type { FiringState } from './firing-state.ts';

/** The watermark, and what could not be asked: whatever that shard holds back waits. */
export interface ProvenWatermark {
  readonly decision: WatermarkDecision;
  readonly probeFailures: readonly unknown[];
}

interface ProverPorts {
  readonly logStore: Pick<LogStore, 'read'>;
  readonly shardProbe: ShardProbe;
  readonly clock: Clock;
}

/** Decides how far time has come: by the logs, and by looking behind the shards that hold back what would leave without them. */
export class WatermarkProver {
  readonly #pipeline: Pipeline<never>;
  readonly #ports: ProverPorts;
  readonly #decide: typeof decideWatermark;

  constructor(pipeline: Pipeline<never>, ports: ProverPorts, decide: typeof decideWatermark) {
    this.#pipeline = pipeline;
    this.#ports = ports;
    this.#decide = decide;
  }

  /**
   * By what the logs say; where a proof would let something leave, by what the stream says as well.
   *
   * @param state Has taken in the logs to their ends, as far as they were read. It learns of shards that are found, and lets go of drained ones.
   * @param listed The shards that the stream lists.
   */
  async prove(state: FiringState, listed: ReadonlySet<ShardId>): Promise<ProvenWatermark> {
    const unproven = this.#decided(state, new Map());
    if (unproven.probes.length === 0) return { decision: unproven, probeFailures: [] };

    const { proofs, probeFailures } = await this.#proofs(state, unproven.probes);
    // A shard that is listed and yet gone: the list is out of date, and may lack what came after the shard.
    for (const [shard, proof] of proofs) if (proof.kind === 'gone' && listed.has(shard)) proofs.set(shard, { ...proof, kind: 'unknown' });
    const decision = this.#decided(state, proofs);
    for (const { shard, because } of decision.leftOut) if (because === 'drained') state.retire(shard);
    return { decision, probeFailures };
  }

  #decided(state: FiringState, proofs: ReadonlyMap<ShardId, ShardProof>): WatermarkDecision {
    const { sources, idleTimeoutMs } = this.#pipeline;
    return this.#decide(
      { strategies: sources.strategies, idleTimeoutMs },
      {
        shards: state.shards,
        proofs,
        floor: state.watermark,
        // Looks at all that is open; mostly nobody asks.
        get nextDue() {
          return state.nextDue;
        },
        nowMs: this.#ports.clock.nowMs(),
      },
    );
  }

  /** Looks behind shards. The logs have been read before, so what is found serves this cut, and no other. */
  async #proofs(state: FiringState, shards: readonly ShardId[]): Promise<{ proofs: Map<ShardId, ShardProof>; probeFailures: unknown[] }> {
    const { clock, shardProbe, logStore } = this.#ports;
    const proofs = new Map<ShardId, ShardProof>();
    const probeFailures: unknown[] = [];
    const look = async (shard: ShardId) => {
      const provenAtMs = clock.nowMs();
      const { position = ORIGIN, last } = state.cutOf(shard) ?? {};
      const { kind, children = [] } = await shardProbe.probe(shard, last);
      // The cut may be old, and what was committed behind it may have expired on the stream: that is not nothing.
      const committed = await logStore.read(shardLog(this.#pipeline.name, shard), position, 'strong');
      state.learn(children);
      proofs.set(shard, { kind: committed.length > 0 ? 'records' : kind, provenAtMs });
    };
    for (const outcome of await Promise.allSettled(shards.map(look))) if (outcome.status === 'rejected') probeFailures.push(outcome.reason);
    return { proofs, probeFailures };
  }
}
