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
import { BEGINNING_OF_TIME, END_OF_TIME, type EventTime } from '../time/event-time.ts';
import { combineWatermarks } from '../watermarks/combine.ts';
import type { FiringState } from './firing-state.ts';
import { restore } from './restore.ts';

export interface FirePorts {
  readonly logStore: LogStore;
  /** Takes panes. */
  readonly outputStream: Publisher;
  /** Takes what was found too late only here. */
  readonly sideStream: Publisher;
  readonly shards: ShardDirectory;
  readonly clock: Clock;
}

/** Where a pipeline stands after a firing. */
export interface FireReport {
  /** The last epoch; 0 before the first. */
  readonly epoch: Position;
  /** The watermark up to which the logs were read: the minimum over all shards. The beginning of time while a shard has not delivered anything. */
  readonly watermark: EventTime;
  /** The shard that holds the watermark back; absent when there is none. */
  readonly heldBackBy?: ShardId;
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
  #memory: Memory | undefined;
  /** Settles when the firing before has ended. Two at once would take the same commits into one memory twice. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(pipeline: Pipeline<never>, ports: FirePorts) {
    this.#pipeline = pipeline;
    this.#ports = ports;
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
    try {
      for (let race = 0; race < RACES_MAX; race++) {
        const memory = (this.#memory ??= await this.#remember());
        const report = await this.#attempt(memory, drainTo);
        if (report !== undefined) return report;
        this.#memory = undefined;
      }
    } catch (error) {
      this.#memory = undefined;
      throw error;
    }
    throw new Error(`pipeline '${this.#pipeline.name}': ${RACES_MAX} epochs in a row were appended by others while this one tried`);
  }

  /** `undefined` when another function has appended an epoch that this memory does not know. */
  async #attempt(memory: Memory, drainTo: EventTime | undefined): Promise<FireReport | undefined> {
    const { state } = memory;
    const { logStore } = this.#ports;
    const log = epochLog(this.#pipeline.name);
    if ((await logStore.read(log, state.epoch)).length > 0) return undefined;
    let published = await this.#publish(memory);

    const shards = await this.#readShards(state);
    const { watermark, heldBackBy } = this.#watermark(state, shards);
    const firedAtMs = this.#ports.clock.nowMs();
    const timersDue = state.timersDue(firedAtMs);
    const departure = state.depart(drainTo ?? watermark, timersDue);

    if (departure.panes.length > 0 || departure.refusals.length > 0 || departure.closed > 0) {
      const epoch: Epoch = {
        kind: 'epoch',
        fingerprint: this.#pipeline.fingerprint,
        watermark: drainTo ?? watermark,
        ...state.totalsAfter(departure),
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
    return {
      epoch: state.epoch,
      watermark: drainTo ?? watermark,
      ...(heldBackBy === undefined ? {} : { heldBackBy }),
      openWindows: state.openWindows,
      counts: state.counts,
      lateByWindow: state.lateByWindow,
      panesFired: state.panesFired,
      published,
    };
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

  /** Reads every shard's log to its end; the shards that count for the watermark. */
  async #readShards(state: FiringState): Promise<readonly ShardId[]> {
    const shards = new Set([...(await this.#ports.shards.list()), ...state.shards]);
    for (const shard of shards) {
      for (;;) {
        const entries = await this.#ports.logStore.read(shardLog(this.#pipeline.name, shard), state.cutOf(shard)?.position ?? ORIGIN);
        if (entries.length === 0) break;
        for (const entry of entries) state.absorb(decodeCommit(this.#pipeline, entry), entry.position);
      }
    }
    return [...shards];
  }

  #watermark(state: FiringState, shards: readonly ShardId[]): { watermark: EventTime; heldBackBy: ShardId | undefined } {
    const watermarkOf = (shard: ShardId) => {
      const clock = state.cutOf(shard)?.clock;
      return clock === undefined ? BEGINNING_OF_TIME : this.#pipeline.watermark.watermarkAt(clock);
    };
    let heldBackBy: ShardId | undefined;
    for (const shard of shards) if (heldBackBy === undefined || watermarkOf(shard) < watermarkOf(heldBackBy)) heldBackBy = shard;
    return { watermark: combineWatermarks(shards.map(watermarkOf), state.watermark), heldBackBy };
  }
}
