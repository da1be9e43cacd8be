import { FiringState } from '../firing/firing-state.ts';
import type { PaneDraft } from '../firing/operator-state.ts';
import { entryBytes } from '../firing/restore.ts';
import { decodeCommitBy } from '../log/commit.ts';
import type { DefinitionHistory } from '../log/definition-history.ts';
import { decodeEpoch, type Epoch, type EpochHeader, type ShardCut } from '../log/epoch.ts';
import { epochLog, type ShardId, shardLog } from '../log/keys.ts';
import { ORIGIN, type Position } from '../log/position.ts';
import type { LateRefusal } from '../log/refusal.ts';
import type { Lane } from '../pipeline/lane.ts';
import type { LogStore } from '../ports/log-store.ts';
import type { UnknownPart } from './explanation.ts';
import { readSpan } from './read-span.ts';
import type { TracedPipeline } from './traced-pipeline.ts';

/** What firing did again. */
export interface Replayed {
  /** The panes of the last epoch, of the traced key, with where their events came from. */
  readonly panes: readonly PaneDraft[];
  /** What has expired; what it held is not in the panes. */
  readonly unknown: readonly UnknownPart[];
  /** Of all epochs that were read. */
  readonly refusals: readonly LateRefusal[];
}

/**
 * Does again what firing did up to an epoch, with the code that did it and for one key: the state after an epoch is a function of the logs.
 * It takes no snapshot, for a snapshot says how much there was and not where it came from.
 */
export class Replay {
  readonly #pipeline: { readonly name: string; readonly lane: Lane };
  readonly #definitions: DefinitionHistory;
  readonly #logStore: LogStore;
  readonly #traced: TracedPipeline;
  #state: FiringState;
  #panes: readonly PaneDraft[] = [];
  readonly #unknown: UnknownPart[] = [];
  readonly #refusals: LateRefusal[] = [];

  constructor(
    pipeline: { readonly name: string; readonly lane: Lane },
    definitions: DefinitionHistory,
    logStore: LogStore,
    traced: TracedPipeline,
  ) {
    this.#pipeline = pipeline;
    this.#definitions = definitions;
    this.#logStore = logStore;
    this.#traced = traced;
    this.#state = new FiringState(traced.pipeline);
  }

  /** @param before The epoch before the last one, which says from where on the logs give the state; absent when it is not there. */
  async upTo(last: Position, before: EpochHeader | undefined): Promise<Replayed> {
    const from = before?.replayFrom ?? ((last - 1) as Position);
    let isStart = from > ORIGIN;
    const after = (isStart ? from - 1 : ORIGIN) as Position;
    for await (const part of readSpan(this.#logStore, epochLog(this.#pipeline.name, this.#pipeline.lane), after, last)) {
      if (part.kind === 'missing') {
        this.#unknown.push({ log: 'epochs', from: part.from, to: part.to });
        // What was open is not known any more. The next epoch is a start, from its cut on.
        this.#state = new FiringState(this.#traced.pipeline);
        isStart = true;
        continue;
      }
      const epoch = decodeEpoch(part);
      this.#refusals.push(...epoch.refusals);
      this.#state.adopt(this.#traced.of(this.#definitions.asOf(epoch.fingerprint, `epoch ${part.position}`)));
      if (!isStart) await this.#take(epoch);
      isStart = false;
      this.#state.settle(part.position, epoch);
    }
    return { panes: this.#panes, unknown: this.#unknown, refusals: this.#refusals };
  }

  async #take(epoch: Epoch): Promise<void> {
    for (const [shard, cut] of Object.entries(epoch.cut) as [ShardId, ShardCut][]) await this.#takeShard(shard, cut.position);
    this.#panes = this.#state.depart(epoch.watermark, epoch.timersDue).panes();
  }

  async #takeShard(shard: ShardId, upTo: Position): Promise<void> {
    const after = this.#state.cutOf(shard)?.position ?? ORIGIN;
    for await (const part of readSpan(this.#logStore, shardLog(this.#pipeline.name, shard), after, upTo)) {
      if (part.kind === 'missing') {
        this.#unknown.push({ log: shard, from: part.from, to: part.to });
        continue;
      }
      const commit = decodeCommitBy(this.#definitions, part);
      const arrivedBeforeMs = this.#state.cutOf(shard)?.progress?.arrivedToMs;
      this.#state.absorb(this.#traced.trace(commit, part.position, arrivedBeforeMs), part.position, entryBytes(part));
    }
  }
}
