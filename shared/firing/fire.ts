import { Definitions } from '../evolution/definitions.ts';
import { type Commit, decodeCommitBy } from '../log/commit.ts';
import { ForeignStateError } from '../log/definition-history.ts';
import { decodeEpochHeader, encodeEpochLines, type EpochHeader } from '../log/epoch.ts';
import { controlLog, epochLog, shardLog } from '../log/keys.ts';
import type { LogEntry, PositionedEntry } from '../log/log-entry.ts';
import { nextPosition, ORIGIN } from '../log/position.ts';
import { FIRST_LANE, type Lane } from '../pipeline/lane.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { Clock } from '../ports/clock.ts';
import type { LogStore } from '../ports/log-store.ts';
import type { Publisher } from '../ports/publisher.ts';
import type { ShardDirectory } from '../ports/shard-directory.ts';
import { NO_TIME_LIMIT, type TimeLimit } from '../ports/time-limit.ts';
import type { ShardProbe } from '../ports/shard-probe.ts';
import { END_OF_TIME, type EventTime } from '../time/event-time.ts';
import { decideWatermark, type WatermarkDecision } from '../watermarks/decide-watermark.ts';
import { type Departed, fireReport, type FireReport, type FiringOutcome } from './fire-report.ts';
import type { Departure, FiringState } from './firing-state.ts';
import { areSameFiring, follow } from './follow.ts';
import { readingOnly, workOf } from './firing-work.ts';
import { Publication } from './publication.ts';
import { notedShards } from './noted-shards.ts';
import { obey, type Orders } from './obey.ts';
import { REFRESHES, refreshAfterMs } from './refresh.ts';
import { entryBytes, type FiringLogs, restore } from './restore.ts';
import { type SnapshotPolicy, snapshotRule } from './snapshot-policy.ts';
import { type KnownSnapshot, SnapshotWriter } from './snapshot-writer.ts';
import { type ProvenWatermark, WatermarkProver } from './watermark-prover.ts';

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

export interface FireOptions {
  /** Which of the pipeline's lanes. Default: the first. */
  readonly lane?: Lane | undefined;
  /** What the watermark is, from the facts. */
  readonly decide?: typeof decideWatermark | undefined;
  /** When the state is written down, so that a process that starts reads little. Default: {@link snapshotRule}. */
  readonly snapshots?: SnapshotPolicy | undefined;
  /** After how long without a look at the list of shards a memory is built anew, in milliseconds. Default: twelve hours. */
  readonly looksApartMsMax?: number | undefined;
  /** How many panes go out between two notes of how far an epoch is out. */
  readonly portion?: number | undefined;
}

interface Memory {
  readonly state: FiringState;
  /** When the list of shards was looked at last; absent before. */
  lookedAtMs: number | undefined;
  /** The newest epoch, when it may not be on the output stream yet. */
  unpublished: LogEntry | undefined;
  readonly snapshots: SnapshotWriter;
}

interface Attempt {
  readonly report: FireReport;
  readonly probeFailures: readonly unknown[];
}

const NOTHING_LEFT: Departed = { documents: 0, oversized: 0 };

/** What is known of time. */
interface Outlook extends ProvenWatermark {
  readonly commits: number;
  /** Whether there was time to read all. */
  readonly isReadToEnd: boolean;
}

/** Looking behind a silent shard failed. Everything that does not need it has been fired; the shard holds the rest back until it can be asked. */
export class ShardProbeError extends Error {
  override readonly name = 'ShardProbeError';
}

/** The pipeline has been paused for so long that what waits to be read is about to expire. Nothing is lost yet: resume it, or drain it. */
export class PausedTooLongError extends Error {
  override readonly name = 'PausedTooLongError';
}

const PAUSE_REFRESHES_MAX = 2;
// Farther behind, a snapshot and what came after it are less to read.
const FOLLOWED_MAX = 20;
// Kinesis lists a closed shard for as long as it keeps its records, a day at least.
const LOOKS_APART_MS_MAX = 12 * 3_600_000;
// Every lost race means that another function made progress, so more than a few in a row are not a race.
const RACES_MAX = 10;
// The rest of the time is for what has been read: to fire and to publish it.
const READING_SHARE_MAX = 0.5;

/**
 * Fires the complete windows of one lane: reads the shard logs, advances the watermark, appends an epoch when anything leaves, and publishes it.
 *
 * Any number may run at once; one of them appends each epoch. An epoch is appended only after the one before has been published, so
 * panes reach the output stream in the order of their epochs and at most one epoch is ever half out.
 */
export class Fire {
  readonly #pipeline: Pipeline<never>;
  readonly #ports: FirePorts;
  readonly #lane: Lane;
  readonly #publication: Publication;
  readonly #watermark: WatermarkProver;
  readonly #snapshots: SnapshotPolicy;
  readonly #definitions: Definitions;
  readonly #looksApartMsMax: number;
  #memory: Memory | undefined;
  /** Settles when the firing before has ended. Two at once would take the same commits into one memory twice. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(
    pipeline: Pipeline<never>,
    ports: FirePorts,
    {
      lane = FIRST_LANE,
      decide = decideWatermark,
      snapshots = snapshotRule(),
      looksApartMsMax = LOOKS_APART_MS_MAX,
      portion,
    }: FireOptions = {},
  ) {
    this.#pipeline = pipeline;
    this.#ports = ports;
    this.#definitions = new Definitions(pipeline, ports.logStore, ports.clock);
    this.#lane = lane;
    this.#publication = new Publication(pipeline.name, lane, ports, portion);
    this.#watermark = new WatermarkProver(pipeline, ports, decide);
    this.#snapshots = snapshots;
    this.#looksApartMsMax = looksApartMsMax;
  }

  /**
   * Fires what is complete by now. Throws when something could not be read, written or published; call again, nothing is lost.
   *
   * @param limit Near its end the call stops where the next one can go on. Default: there is none.
   */
  async fire(limit: TimeLimit = NO_TIME_LIMIT): Promise<FireReport> {
    return this.#inTurn(false, limit);
  }

  /** Fires everything that is open as final panes: no event is expected any more, and any that still comes is late. Ends a pause. */
  async drain(): Promise<FireReport> {
    return this.#inTurn(true, NO_TIME_LIMIT);
  }

  get #logs(): FiringLogs {
    return { pipeline: this.#pipeline, lane: this.#lane, definitions: this.#definitions, logStore: this.#ports.logStore };
  }

  get #refreshAfterMs(): number {
    return refreshAfterMs(this.#ports.logStore);
  }

  async #inTurn(isDrain: boolean, limit: TimeLimit): Promise<FireReport> {
    const firing = this.#turn.then(() => this.#fire(isDrain, limit));
    this.#turn = firing.catch(() => {});
    return firing;
  }

  async #fire(isDrain: boolean, limit: TimeLimit): Promise<FireReport> {
    const { report, probeFailures } = await this.#race(isDrain, limit);
    this.#assertNotPausedTooLong(report);
    if (probeFailures.length === 0) return report;
    throw new ShardProbeError(
      `pipeline '${this.#pipeline.name}': ${probeFailures.length} shards could not be asked whether they are idle`,
      {
        cause: probeFailures[0],
      },
    );
  }

  #assertNotPausedTooLong({ pausedSinceMs }: FireReport): void {
    const pausedForMs = pausedSinceMs === undefined ? 0 : this.#ports.clock.nowMs() - pausedSinceMs;
    if (pausedForMs < PAUSE_REFRESHES_MAX * this.#refreshAfterMs) return;
    const days = (ms: number) => Math.floor(ms / 86_400_000);
    throw new PausedTooLongError(
      `pipeline '${this.#pipeline.name}' has been paused for ${days(pausedForMs)} days; what was committed meanwhile expires after ` +
        `${days(REFRESHES * this.#refreshAfterMs)}, and is lost then. Resume or drain it: mullion resume.`,
    );
  }

  async #race(isDrain: boolean, limit: TimeLimit): Promise<Attempt> {
    try {
      for (let race = 0; race < RACES_MAX; race++) {
        const memory = (this.#memory ??= await this.#remember());
        const attempt = await this.#attempt(memory, isDrain, limit);
        if (attempt !== undefined) return attempt;
        this.#memory = undefined;
      }
    } catch (error) {
      this.#memory = undefined;
      throw error;
    }
    throw new Error(`pipeline '${this.#pipeline.name}': ${RACES_MAX} epochs in a row were appended by others while this one tried`);
  }

  /** `undefined` when another function has appended an epoch that this memory cannot follow, or when it may have missed shards. */
  async #attempt(memory: Memory, isDrain: boolean, limit: TimeLimit): Promise<Attempt | undefined> {
    const { state } = memory;
    const { logStore } = this.#ports;
    if (!(await this.#catchUp(memory))) return undefined;
    let published = await this.#publish(memory, limit);
    // Nothing follows an epoch that is not all out.
    if (memory.unpublished !== undefined) {
      const report = this.#report(memory, { decision: decided(state.watermark), published, work: readingOnly(0), outOfTime: 'publishing' });
      return { report, probeFailures: [] };
    }

    const orders = await this.#orders(state, isDrain);
    const { decision, probeFailures, commits, isReadToEnd } = await this.#look(state, orders, limit);
    const { watermark } = decision;
    const firedAtMs = this.#ports.clock.nowMs();
    // Shards may have come and gone between two looks at the list: a memory that is built anew has read what ingest has noted of them.
    if (firedAtMs - (memory.lookedAtMs ?? firedAtMs) > this.#looksApartMsMax) return undefined;
    memory.lookedAtMs = firedAtMs;
    const { openAfterEpoch: openBefore, openWindows: openAbsorbed, lateByWindow: lateBefore } = state;
    const timersDue = orders.isPaused ? [] : state.timersDue(firedAtMs);
    const departure = state.depart(watermark, timersDue);
    const leaves = departure.count > 0 || departure.refusals.length > 0 || departure.closed > 0;
    // With nothing open, too: what comes after a drain is late.
    const ends = orders.drains && state.watermark < watermark;
    const epoch =
      leaves || ends || state.mustRecord
        ? this.#firing(state, orders, decision, departure, timersDue, firedAtMs)
        : this.#standstill(memory, orders, departure, firedAtMs);
    let work = readingOnly(commits);
    if (epoch !== undefined) {
      const position = nextPosition(state.epoch);
      const mine = encodeEpochLines(epoch, (lines) => departure.write(lines, this.#lane, epoch.control?.incompleteTo), departure.refusals);
      const outcome = await logStore.append(epochLog(this.#pipeline.name, this.#lane), position, mine);
      const theirs = outcome.kind === 'conflict' ? outcome.found : undefined;
      const header = theirs === undefined ? epoch : decodeEpochHeader(theirs);
      if (!areSameFiring(epoch, header)) return undefined;
      state.settle(position, header);
      if (theirs === undefined) {
        const { openWindows: openAfter, lateByWindow: lateAfter } = state;
        work = workOf(commits, departure, { openBefore, openAbsorbed, openAfter, lateBefore, lateAfter });
      }
      memory.unpublished = theirs === undefined ? mine : await this.#unlessPublished(theirs);
      const more = await this.#publish(memory, limit);
      published = { documents: published.documents + more.documents, oversized: published.oversized + more.oversized };
    }
    const outcome = { decision, published, work };
    if (memory.unpublished !== undefined) return { report: this.#report(memory, { ...outcome, outOfTime: 'publishing' }), probeFailures };
    // What has been published waits for nothing any more.
    const snapshot = await memory.snapshots.write(state, firedAtMs);
    return { report: this.#report(memory, { ...outcome, snapshot, outOfTime: isReadToEnd ? undefined : 'reading' }), probeFailures };
  }

  #report({ state, snapshots }: Memory, outcome: Omit<FiringOutcome, 'snapshotUnusable'>): FireReport {
    return fireReport(this.#pipeline, state, { ...outcome, snapshotUnusable: snapshots.unusable }, this.#ports.clock.nowMs());
  }

  /** What was asked of the pipeline since the last epoch, and what holds since before. */
  async #orders({ control, epoch }: FiringState, isDrain: boolean): Promise<Orders> {
    const { logStore, clock } = this.#ports;
    const requests = await logStore.read(controlLog(this.#pipeline.name), control?.obeyed ?? ORIGIN);
    return obey({
      standing: control,
      requests,
      isDrain,
      epoch,
      maxFutureSkewMs: this.#pipeline.maxFutureSkewMs,
      get nowMs() {
        return clock.nowMs();
      },
    });
  }

  /**
   * Reads what there is, and decides how far time has come. Where it is paused, it only learns which shards there are, for the stream may list one no
   * more when the pause is over; no log is read, and time stands still.
   */
  async #look(state: FiringState, { isPaused, drains }: Orders, limit: TimeLimit): Promise<Outlook> {
    const listed = await this.#ports.shards.list();
    state.learn(listed);
    if (isPaused) return { decision: decided(state.watermark), probeFailures: [], commits: 0, isReadToEnd: true };
    // What is not read before a drain is late after it, so a drain must see all that was committed before it.
    const read = drains ? await this.#readShards(state, 'strong', NO_TIME_LIMIT) : await this.#readShards(state, 'eventual', limit);
    if (drains) return { decision: decided(END_OF_TIME), probeFailures: [], ...read };
    return { ...(await this.#watermark.prove(state, new Set(listed.map(({ id }) => id)))), ...read };
  }

  #firing(
    state: FiringState,
    { standing }: Orders,
    { watermark, leftOut, idleForMs }: WatermarkDecision,
    departure: Departure,
    timersDue: readonly string[],
    firedAtMs: number,
  ): EpochHeader {
    return {
      kind: 'epoch',
      fingerprint: this.#pipeline.fingerprint,
      watermark,
      ...state.totalsAfter(departure, timersDue, firedAtMs),
      leftOut,
      ...(idleForMs === undefined ? {} : { idleForMs }),
      ...(standing === undefined ? {} : { control: standing }),
    };
  }

  /**
   * An epoch in which nothing fires and the watermark stays where it was, so that no result depends on it: for a snapshot of commits that no epoch has
   * taken in, to note that something was obeyed, or because the newest one, and with it the cut, would expire some day. `undefined` while there is no need.
   */
  #standstill({ state, snapshots }: Memory, orders: Orders, departure: Departure, nowMs: number): EpochHeader | undefined {
    const { cost, firedAtMs } = state;
    const epochAgeMs = firedAtMs === undefined ? cost.ageMs(nowMs) : nowMs - firedAtMs;
    if (epochAgeMs < this.#refreshAfterMs && !snapshots.needsEpoch(state) && !orders.isNew) return undefined;
    return this.#firing(state, orders, decided(state.watermark), departure, [], nowMs);
  }

  async #remember(): Promise<Memory> {
    await this.#definitions.adopt();
    const { state, newest, snapshotPosition: position, snapshotEpoch: epoch, unusable } = await restore(this.#logs);
    state.learn(await notedShards(this.#pipeline.name, this.#ports.logStore));
    return {
      state,
      lookedAtMs: undefined,
      unpublished: newest === undefined ? undefined : await this.#unlessPublished(newest),
      snapshots: this.#writerBehind({ position, epoch, unusable: unusable?.message }),
    };
  }

  #writerBehind(newest: KnownSnapshot): SnapshotWriter {
    const { logStore, clock } = this.#ports;
    return new SnapshotWriter({ pipeline: this.#pipeline, lane: this.#lane, logStore, clock }, this.#snapshots, newest);
  }

  /** Takes the memory on to the newest epoch, if others have appended any; false when it must be built anew, or that is less to read. */
  async #catchUp(memory: Memory): Promise<boolean> {
    const { logStore } = this.#ports;
    const { state } = memory;
    let followed: PositionedEntry | undefined;
    for (let left = FOLLOWED_MAX; ; ) {
      const epochs = await logStore.read(epochLog(this.#pipeline.name, this.#lane), state.epoch);
      for (const epoch of epochs) {
        if (left-- === 0 || !(await follow(this.#logs, state, epoch))) return false;
        followed = epoch;
      }
      if (epochs.length === 0) break;
    }
    if (followed !== undefined) memory.unpublished = await this.#unlessPublished(followed);
    return true;
  }

  /** The newest epoch, unless it is known to be on the output stream. */
  async #unlessPublished(newest: PositionedEntry): Promise<LogEntry | undefined> {
    return (await this.#publication.isOut(newest.position)) ? undefined : newest;
  }

  /** Publishes the newest epoch if that may be due; what went out. */
  async #publish(memory: Memory, limit: TimeLimit): Promise<Departed> {
    if (memory.unpublished === undefined) return NOTHING_LEFT;
    const published = await this.#publication.publish(memory.state.epoch, memory.unpublished, limit);
    if (published.isComplete) memory.unpublished = undefined;
    return published;
  }

  /** Reads every shard's log to its end, or as far as there is time for it. That of a drained shard stands still. */
  async #readShards(
    state: FiringState,
    consistency: 'eventual' | 'strong',
    limit: TimeLimit,
  ): Promise<Pick<Outlook, 'commits' | 'isReadToEnd'>> {
    let commits = 0;
    for (const [shard, { isDrained = false }] of state.shards) {
      // What has not been read has not come yet: no decision can tell the difference.
      while (!isDrained && limit.spentShare < READING_SHARE_MAX) {
        const position = state.cutOf(shard)?.position ?? ORIGIN;
        const entries = await this.#ports.logStore.read(shardLog(this.#pipeline.name, shard), position, consistency);
        if (entries.length === 0) break;
        for (const entry of entries) state.absorb(this.#readCommit(entry), entry.position, entryBytes(entry));
        commits += entries.length;
      }
    }
    return { commits, isReadToEnd: limit.spentShare < READING_SHARE_MAX };
  }

  #readCommit(entry: PositionedEntry): Commit {
    const commit = decodeCommitBy(this.#definitions, entry, this.#lane);
    const [gone] = commit.gone ?? [];
    if (gone === undefined) return commit;
    throw new ForeignStateError(
      `pipeline '${this.#pipeline.name}': commit ${entry.position} of ${commit.shard} has events of the window '${gone}', which has been removed. ` +
        `Put the window back, with where: () => false, and remove it when it has nothing open and no function of the former definition is left.`,
    );
  }
}

/** A watermark that no shard has a say in. */
function decided(watermark: EventTime): WatermarkDecision {
  return { watermark, heldBackBy: undefined, leftOut: [], idleForMs: undefined, probes: [] };
}
