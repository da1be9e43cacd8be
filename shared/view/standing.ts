import { type ControlStatus, controlStatusAt, isWhollyDrained } from '../control/control-status.ts';
import { LaneLogs } from '../control/lane-logs.ts';
import { addByWindow, addCounts, conservationDifference, type CountsByWindow, NO_RECORDS, type RecordCounts } from '../log/counts.ts';
import type { Cut, EpochHeader, ShardCut } from '../log/epoch.ts';
import type { ShardId } from '../log/keys.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { Clock } from '../ports/clock.ts';
import type { ShardDirectory } from '../ports/shard-directory.ts';
import type { LogStore } from '../ports/log-store.ts';
import { BEGINNING_OF_TIME, type EventTime } from '../time/event-time.ts';
import { decideWatermark, type LeftOut } from '../watermarks/decide-watermark.ts';
import type { ShardProof, ShardProofKind } from '../watermarks/shard-proof.ts';
import type { ShardFacts } from '../watermarks/shard-standing.ts';
import type { ShardProgress } from '../watermarks/shard-progress.ts';
import { watermarkByShard } from '../watermarks/watermark-by-shard.ts';
import { lagOf } from '../watermarks/watermark-lag.ts';
import { UnreadCommits } from './unread-commits.ts';

export interface StandingPorts {
  readonly logStore: LogStore;
  readonly shards: ShardDirectory;
  readonly clock: Clock;
}

/** How one shard of the input stands. Times of processing are epoch milliseconds. */
export interface ShardStanding {
  readonly shard: ShardId;
  /** By its slowest source; absent while nothing has come. */
  readonly watermark?: EventTime;
  readonly lagMs?: number;
  /** Arrival of its newest record that is committed. */
  readonly arrivedToMs?: number;
  readonly committedAtMs?: number;
  /** Why the newest epoch went on without it; absent once something more has come of it. */
  readonly leftOut?: LeftOut['because'];
}

/** How a pipeline stands, by its logs and the list of its shards. */
export interface Standing extends ControlStatus {
  /** `drained` once every lane is. */
  readonly state: 'running' | 'paused' | 'drained';
  /**
   * What the next firing goes on to at least: it may find that a shard that holds it back is idle. The beginning of time while one has not delivered anything; where it is
   * paused, that of the newest epoch.
   */
  readonly watermark: EventTime;
  readonly lagMs?: number;
  /** The shard that it waits for; absent where there is none that counts: each is left out, or the pipeline is drained. */
  readonly heldBackBy?: ShardId;
  readonly shards: readonly ShardStanding[];
  /** Totals since the pipeline's beginning, of all that is committed. */
  readonly counts: RecordCounts;
  readonly conservationDifference: number;
  readonly lateByWindow: CountsByWindow;
  readonly panesFired: number;
  /** What the newest epochs left open. */
  readonly openByWindow: CountsByWindow;
  /** Commits that no epoch has taken in yet: what came since something left last. */
  readonly unreadCommits: number;
  /** False while there are more of them than were looked at: then the totals are behind. */
  readonly isCurrent: boolean;
}

type KnownShards = ReadonlyMap<ShardId, ShardFacts>;

/** Reads how a pipeline stands, without its state: a look costs the same whatever is open, and reads no entry that one before has read. */
export class Standings {
  readonly #pipeline: Pipeline<never>;
  readonly #ports: StandingPorts;
  readonly #laneLogs: LaneLogs;
  readonly #unread: UnreadCommits;

  constructor(pipeline: Pipeline<never>, ports: StandingPorts) {
    this.#pipeline = pipeline;
    this.#ports = ports;
    this.#laneLogs = new LaneLogs(pipeline.name, ports.logStore);
    this.#unread = new UnreadCommits(pipeline.name, ports.logStore);
  }

  /** `undefined` when no function of the pipeline has ever run. */
  async look(): Promise<Standing | undefined> {
    const { logStore } = this.#ports;
    const { name } = this.#pipeline;
    const heads = await this.#laneLogs.look();
    if (heads === undefined) return undefined;
    const status = await controlStatusAt(name, logStore, heads);
    const headers = heads.flatMap(({ newest }) => (newest === undefined ? [] : [newest.header]));
    // Every lane reads all shards, and the first one keeps the accounts.
    const first = heads[0]?.newest?.header;
    const listed = await this.#listed(first?.cut ?? {});
    const unread = await this.#unread.behind(first?.cut ?? {}, [...listed.keys()]);
    const counts = addCounts(first?.counts ?? NO_RECORDS, unread.counts);
    const state = stateOf(status);
    // What has come since makes of an idle shard another one.
    const leftOut = (first?.leftOut ?? []).filter(({ shard }) => !unread.progress.has(shard));
    const floor = headers.length < heads.length ? BEGINNING_OF_TIME : lowest(headers);
    return {
      ...status,
      state,
      ...this.#time(withProgress(listed, unread.progress), state, floor, leftOut),
      counts,
      conservationDifference: conservationDifference(counts),
      lateByWindow: sumByWindow([...headers.map((header) => header.lateByWindow), unread.lateByWindow]),
      panesFired: headers.reduce((sum, { panesFired }) => sum + panesFired, 0),
      openByWindow: sumByWindow(headers.map(({ open }) => open)),
      unreadCommits: unread.commits,
      isCurrent: unread.isCurrent,
    };
  }

  /** What the epoch knows, and what the stream has had since. */
  async #listed(cut: Cut): Promise<KnownShards> {
    const known = new Map<ShardId, ShardFacts>(Object.entries(cut) as [ShardId, ShardCut][]);
    for (const { id, parents } of await this.#ports.shards.list()) if (!known.has(id)) known.set(id, { parents });
    return known;
  }

  #time(
    shards: KnownShards,
    state: Standing['state'],
    floor: EventTime,
    leftOut: readonly LeftOut[],
  ): Pick<Standing, 'watermark' | 'lagMs' | 'heldBackBy' | 'shards'> {
    const { sources, idleTimeoutMs } = this.#pipeline;
    const rules = { strategies: sources.strategies, idleTimeoutMs };
    const nowMs = this.#ports.clock.nowMs();
    // Nothing is due for somebody who only looks, so that no shard is worth a look behind it.
    const facts = { shards, floor, nextDue: undefined, nowMs };
    const reached = decideWatermark(rules, { ...facts, proofs: new Map() });
    const watermark = state === 'running' ? reached.watermark : floor;
    const { heldBackBy } = decideWatermark(rules, { ...facts, proofs: new Map(leftOut.map(proofOf)) });
    const lagMs = lagOf(watermark, nowMs);
    const watermarks = watermarkByShard(rules, shards);
    return {
      watermark,
      ...(lagMs === undefined ? {} : { lagMs }),
      ...(heldBackBy === undefined || state === 'drained' ? {} : { heldBackBy: heldBackBy.shard }),
      shards: [...shards]
        .filter(([, { isDrained = false }]) => !isDrained)
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([shard, { progress }]) => ({
          shard,
          ...standingOf(watermarks.get(shard), progress, nowMs),
          ...becauseOf(leftOut.find((each) => each.shard === shard)),
        })),
    };
  }
}

function withProgress(listed: KnownShards, progress: ReadonlyMap<ShardId, ShardProgress>): KnownShards {
  return new Map(
    [...listed].map(([shard, facts]) => {
      const newest = progress.get(shard);
      return [shard, newest === undefined ? facts : { ...facts, progress: newest }];
    }),
  );
}

function standingOf(watermark: EventTime | undefined, progress: ShardProgress | undefined, nowMs: number): Omit<ShardStanding, 'shard'> {
  return {
    ...(watermark === undefined ? {} : { watermark, lagMs: nowMs - watermark }),
    ...(progress === undefined ? {} : { arrivedToMs: progress.arrivedToMs, committedAtMs: progress.committedAtMs }),
  };
}

function becauseOf(leftOut: LeftOut | undefined): Pick<ShardStanding, 'leftOut'> {
  return leftOut === undefined ? {} : { leftOut: leftOut.because };
}

const PROOF_KINDS: Readonly<Record<LeftOut['because'], ShardProofKind>> = { idle: 'empty', drained: 'ended', gone: 'gone' };

/** What the newest epoch went by when it left a shard out. */
function proofOf({ shard, because, provenAtMs }: LeftOut): [ShardId, ShardProof] {
  return [shard, { kind: PROOF_KINDS[because], provenAtMs }];
}

function stateOf(status: ControlStatus): Standing['state'] {
  if (isWhollyDrained(status)) return 'drained';
  return status.lanes.some(({ pausedSinceMs }) => pausedSinceMs !== undefined) ? 'paused' : 'running';
}

function lowest(headers: readonly EpochHeader[]): EventTime {
  return Math.min(...headers.map(({ watermark }) => watermark)) as EventTime;
}

function sumByWindow(counts: readonly CountsByWindow[]): CountsByWindow {
  return counts.reduce(addByWindow, {});
}
