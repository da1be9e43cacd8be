import { decodeCommit } from '../log/commit.ts';
import type { CountsByWindow, RecordCounts } from '../log/counts.ts';
import { decodeEpoch, encodeEpoch, type Epoch } from '../log/epoch.ts';
import { epochLog, publicationLog, type ShardId, shardLog } from '../log/keys.ts';
import { nextPosition, ORIGIN, type Position } from '../log/position.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { Clock } from '../ports/clock.ts';
import type { LogStore } from '../ports/log-store.ts';
import type { Publisher } from '../ports/publisher.ts';
import type { ShardDirectory } from '../ports/shard-directory.ts';
import type { ShardProbe } from '../ports/shard-probe.ts';
import { END_OF_TIME, type EventTime } from '../time/event-time.ts';
import { decideWatermark, type LeftOut, type WatermarkDecision } from '../watermarks/decide-watermark.ts';
import type { ShardProof } from '../watermarks/shard-proof.ts';
import { ONLY_SOURCE, type SourceName } from '../watermarks/source-clock.ts';
import type { FiringState } from './firing-state.ts';
import { restore } from './restore.ts';

export interface FirePorts {
  readonly logStore: LogStore;
  /** Takes panes. */
  readonly outputStream: Publisher;
  /** Takes what was found too late only here. */
  readonly sideStream: Publisher;
  readonly shards: ShardDirectory;
  /** Proves that a silent shard is idle, or a closed one drained. */
  readonly shardProbe: ShardProbe;
  readonly clock: Clock;
}

/** Where a pipeline stands after a firing. */
export interface FireReport {
  /** The last epoch; 0 before the first. */
  readonly epoch: Position;
  /** The watermark up to which the logs were read. The beginning of time while a shard has not delivered anything. */
  readonly watermark: EventTime;
  /** The shard that holds the watermark back; absent when every shard is proven to be idle. */
  readonly heldBackBy?: ShardId;
  /** Its slowest source, where the pipeline tells sources apart. */
  readonly heldBackBySource?: SourceName;
  /** Shards that do not hold it back, by proof. */
  readonly leftOut: readonly LeftOut[];
  readonly openWindows: number;
  /** Totals since the pipeline's beginning. */
  readonly counts: RecordCounts;
  readonly lateByWindow: CountsByWindow;
  readonly panesFired: number;
  /** Panes and refusals that this call published. */
  readonly published: number;
}

interface Memory {
  readonly state: FiringState;
  /** The newest epoch, when it may not be on the output stream yet. */
  unpublished: Epoch | undefined;
}

interface Attempt {
  readonly report: FireReport;
  readonly probeFailures: readonly unknown[];
}

/** Looking behind a silent shard failed. Everything that does not need it has been fired; the shard holds the rest back until it can be asked. */
export class ShardProbeError extends Error {
  override readonly name = 'ShardProbeError';
}

// Every lost race means that another function made progress, so more than a few in a row are not a race.
const RACES_MAX = 10;

/**
 * Fires complete windows: reads the shard logs, advances the watermark, appends an epoch when anything leaves, and publishes it.
 *
 * Any number may run at once; one of them appends each epoch. An epoch is appended only after the one before has been published, so
 * panes reach the output stream in the order of their epochs and at most one epoch is ever half out.
 */
export class Fire {
  readonly #pipeline: Pipeline<never>;
  readonly #ports: FirePorts;
  readonly #decide: typeof decideWatermark;
  #memory: Memory | undefined;
  /** Settles when the firing before has ended. Two at once would take the same commits into one memory twice. */
  #turn: Promise<unknown> = Promise.resolve();

  /** @param decide What the watermark is, from the facts. */
  constructor(pipeline: Pipeline<never>, ports: FirePorts, decide = decideWatermark) {
    this.#pipeline = pipeline;
    this.#ports = ports;
    this.#decide = decide;
  }

  /** Fires what is complete by now. Throws when something could not be read, written or published; call again, nothing is lost. */
  async fire(): Promise<FireReport> {
    return this.#inTurn(undefined);
  }

  /** Fires everything that is open as final panes: no event is expected any more, and any that still comes is late. */
  async drain(): Promise<FireReport> {
    return this.#inTurn(END_OF_TIME);
  }

  async #inTurn(drainTo: EventTime | undefined): Promise<FireReport> {
    const firing = this.#turn.then(() => this.#fire(drainTo));
    this.#turn = firing.catch(() => {});
    return firing;
  }

  async #fire(drainTo: EventTime | undefined): Promise<FireReport> {
    const { report, probeFailures } = await this.#race(drainTo);
    if (probeFailures.length === 0) return report;
    throw new ShardProbeError(
      `pipeline '${this.#pipeline.name}': ${probeFailures.length} shards could not be asked whether they are idle`,
      {
        cause: probeFailures[0],
      },
    );
  }

  async #race(drainTo: EventTime | undefined): Promise<Attempt> {
    try {
      for (let race = 0; race < RACES_MAX; race++) {
        const memory = (this.#memory ??= await this.#remember());
        const attempt = await this.#attempt(memory, drainTo);
        if (attempt !== undefined) return attempt;
        this.#memory = undefined;
      }
    } catch (error) {
      this.#memory = undefined;
      throw error;
    }
    throw new Error(`pipeline '${this.#pipeline.name}': ${RACES_MAX} epochs in a row were appended by others while this one tried`);
  }

  /** `undefined` when another function has appended an epoch that this memory does not know. */
  async #attempt(memory: Memory, drainTo: EventTime | undefined): Promise<Attempt | undefined> {
    const { state } = memory;
    const { logStore } = this.#ports;
    const log = epochLog(this.#pipeline.name);
    if ((await logStore.read(log, state.epoch)).length > 0) return undefined;
    let published = await this.#publish(memory);

    const listed = await this.#ports.shards.list();
    state.learn(listed);
    // What is not read before a drain is late after it, so a drain must see all that was committed before it.
    await this.#readShards(state, drainTo === undefined ? 'eventual' : 'strong');
    const { decision, probeFailures } =
      drainTo === undefined ? await this.#watermark(state, new Set(listed.map(({ id }) => id))) : drained(drainTo);
    const { watermark, heldBackBy, leftOut, idleForMs } = decision;
    const firedAtMs = this.#ports.clock.nowMs();
    const timersDue = state.timersDue(firedAtMs);
    const departure = state.depart(watermark, timersDue);

    if (departure.panes.length > 0 || departure.refusals.length > 0 || departure.closed > 0 || state.mustRecord) {
      const epoch: Epoch = {
        kind: 'epoch',
        fingerprint: this.#pipeline.fingerprint,
        watermark,
        ...state.totalsAfter(departure),
        leftOut,
        ...(idleForMs === undefined ? {} : { idleForMs }),
        timersDue,
        firedAtMs,
        panes: departure.panes,
        refusals: departure.refusals,
      };
      const position = nextPosition(state.epoch);
      const outcome = await logStore.append(log, position, encodeEpoch(epoch));
      if (outcome.kind === 'conflict') return undefined;
      state.settle(position, epoch);
      memory.unpublished = epoch;
      published += await this.#publish(memory);
    }
    const report = {
      epoch: state.epoch,
      watermark,
      ...(heldBackBy === undefined ? {} : { heldBackBy: heldBackBy.shard }),
      ...(heldBackBy === undefined || heldBackBy.source === ONLY_SOURCE ? {} : { heldBackBySource: heldBackBy.source }),
      leftOut,
      openWindows: state.openWindows,
      counts: state.counts,
      lateByWindow: state.lateByWindow,
      panesFired: state.panesFired,
      published,
    };
    return { report, probeFailures };
  }

  async #remember(): Promise<Memory> {
    const { logStore } = this.#ports;
    const newest = await logStore.last(epochLog(this.#pipeline.name));
    const publication = await logStore.last(publicationLog(this.#pipeline.name));
    const isPublished = (publication?.position ?? ORIGIN) >= (newest?.position ?? ORIGIN);
    return {
      state: await restore(this.#pipeline, logStore, newest),
      unpublished: newest === undefined || isPublished ? undefined : decodeEpoch(newest),
    };
  }

  /** Publishes the newest epoch if that may be due; the number of records that went out. */
  async #publish(memory: Memory): Promise<number> {
    const { unpublished, state } = memory;
    if (unpublished === undefined) return 0;
    const { panes, refusals } = unpublished;
    const { outputStream, sideStream, logStore } = this.#ports;
    await outputStream.publish(panes.map((pane) => ({ partitionKey: pane.key, json: JSON.stringify(pane) })));
    await sideStream.publish(refusals.map((refusal) => ({ partitionKey: refusal.key, json: JSON.stringify(refusal) })));
    const header = JSON.stringify({ kind: 'published', panes: panes.length, refusals: refusals.length });
    await logStore.append(publicationLog(this.#pipeline.name), state.epoch, { header, payload: new Uint8Array() });
    memory.unpublished = undefined;
    return panes.length + refusals.length;
  }

  /** Reads every shard's log to its end. That of a drained shard stands still. */
  async #readShards(state: FiringState, consistency: 'eventual' | 'strong'): Promise<void> {
    for (const [shard, { isDrained = false }] of state.shards) {
      while (!isDrained) {
        const position = state.cutOf(shard)?.position ?? ORIGIN;
        const entries = await this.#ports.logStore.read(shardLog(this.#pipeline.name, shard), position, consistency);
        if (entries.length === 0) break;
        for (const entry of entries) state.absorb(decodeCommit(this.#pipeline, entry), entry.position);
      }
    }
  }

  /** The watermark by what the logs say; where a proof would let something leave, by what the stream says as well. */
  async #watermark(
    state: FiringState,
    listed: ReadonlySet<ShardId>,
  ): Promise<{ decision: WatermarkDecision; probeFailures: readonly unknown[] }> {
    const { strategies } = this.#pipeline.sources;
    const { idleTimeoutMs } = this.#pipeline;
    const decide = (proofs: ReadonlyMap<ShardId, ShardProof>) =>
      this.#decide(
        { strategies, idleTimeoutMs },
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
    const unproven = decide(new Map());
    if (unproven.probes.length === 0) return { decision: unproven, probeFailures: [] };

    const { proofs, probeFailures } = await this.#prove(state, unproven.probes);
    // A shard that is listed and yet gone: the list is out of date, and may lack what came after the shard.
    for (const [shard, proof] of proofs) if (proof.kind === 'gone' && listed.has(shard)) proofs.set(shard, { ...proof, kind: 'unknown' });
    const decision = decide(proofs);
    for (const { shard, because } of decision.leftOut) if (because === 'drained') state.retire(shard);
    return { decision, probeFailures };
  }

  /** Looks behind shards. The logs have been read before, so what is found serves this cut, and no other. */
  async #prove(state: FiringState, shards: readonly ShardId[]): Promise<{ proofs: Map<ShardId, ShardProof>; probeFailures: unknown[] }> {
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

/** The decision of whoever drains: it is over. */
function drained(watermark: EventTime): { decision: WatermarkDecision; probeFailures: readonly unknown[] } {
  return { decision: { watermark, heldBackBy: undefined, leftOut: [], idleForMs: undefined, probes: [] }, probeFailures: [] };
}
