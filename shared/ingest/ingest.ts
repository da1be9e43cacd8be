import { type Commit, type CommitHeader, decodeCommitHeader, decodeLetIn, encodeCommit } from '../log/commit.ts';
import { newestEpochs } from '../evolution/newest-epochs.ts';
import { Definitions } from '../evolution/definitions.ts';
import { NO_RECORDS, type RecordCounts } from '../log/counts.ts';
import { ExpiredLogError } from '../log/expired-log-error.ts';
import { type LogName, type ShardId, shardLog } from '../log/keys.ts';
import { nextPosition, ORIGIN, type Position } from '../log/position.ts';
import type { SequenceNumber } from '../log/sequence-number.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { Values } from '../pipeline/pipeline-options.ts';
import { earliestTooLate, surelyTooLate } from '../pipeline/window-operator.ts';
import type { Clock } from '../ports/clock.ts';
import type { PositionedEntry } from '../log/log-entry.ts';
import type { LogStore } from '../ports/log-store.ts';
import type { Publisher } from '../ports/publisher.ts';
import type { Timer } from '../ports/timer.ts';
import type { Waker } from '../ports/waker.ts';
import { BEGINNING_OF_TIME, type EventTime } from '../time/event-time.ts';
import type { ShardProgress } from '../watermarks/shard-progress.ts';
import { shardWatermark } from '../watermarks/shard-watermark.ts';
import { combineClocks, laterClock } from '../watermarks/source-clock.ts';
import { BatchFold, type FoldedBatch } from './batch-fold.ts';
import type { InputRecord } from './input-record.ts';
import { noteShard } from './note-shard.ts';
import { inOrder, recordsAfter } from './record-order.ts';
import { LiveRules } from './live-rules.ts';
import { type LookupReport, Lookups } from './lookups.ts';
import { neededKeys } from './needed-keys.ts';
import { refusalsOf } from './refuse.ts';
import type { RulesInForce } from './rules-in-force.ts';
import { SeenIds } from './seen-ids.ts';
import { splitLanes } from './split-lanes.ts';
import { WakeRule } from './wake-rule.ts';

export interface IngestPorts {
  readonly logStore: LogStore;
  /** Takes refused records. */
  readonly sideStream: Publisher;
  readonly clock: Clock;
  /** Needed where the pipeline looks something up for its events. */
  readonly timer?: Timer;
  /** Told when a commit lets something leave; without it firing finds out on its schedule. */
  readonly waker?: Waker;
}

/** What became of a batch. */
export interface IngestReport {
  /** Of the events that this call committed. */
  readonly counts: RecordCounts;
  /** Records that an earlier delivery had committed already. */
  readonly alreadyCommitted: number;
  /** How far events that were too late for every window were behind the watermark as it was known; absent where there were none. */
  readonly lateness?: Lateness;
  /** How looking up for its events went; absent where nothing is looked up. */
  readonly lookups?: LookupReport;
  /** Why firing could not be woken, if that failed. It finds out on its schedule. */
  readonly wakeFailure?: string;
}

/** The least and the most, of some events. */
export interface Lateness {
  readonly minMs: number;
  readonly maxMs: number;
}

/** A commit that was appended, and what only its making has shown. */
interface Appended {
  readonly commit: Commit;
  readonly lookups: LookupReport | undefined;
  readonly lateness: Lateness | undefined;
}

// Items live for a day at least, by clocks that may be hours off.
const ITEM_LIFE_MS_MIN = 12 * 3_600_000;

/** The end of a shard's log, as far as this writer knows. */
interface Tail {
  readonly position: Position;
  /** Absent before the first commit. */
  readonly last?: SequenceNumber;
  readonly progress?: ShardProgress;
  /** The oldest commit whose ids still count, where duplicates are dropped. */
  readonly idsFrom?: Position;
}

/**
 * Folds batches of a shard's records into its log: one batch, one conditional append. Safe to call for the same records any number of
 * times, in any cut, also at once: what the log holds already is left out.
 */
export class Ingest<E, M = E> {
  readonly #pipeline: Pipeline<E, Values, M>;
  readonly #ports: IngestPorts;
  readonly #definitions: Definitions;
  // Kept between calls, so that a warm function writes without reading. Wrong memory costs a failed append, never a wrong one.
  readonly #tails = new Map<ShardId, Tail>();
  /** Of each shard, where duplicates are dropped. */
  readonly #seen = new Map<ShardId, SeenIds>();
  /** The newest watermark known: a lower bound of the pipeline's. */
  #watermark: EventTime = BEGINNING_OF_TIME;
  readonly #wakeRule: WakeRule;
  /** Where rules can be set while it runs. */
  readonly #liveRules: LiveRules | undefined;
  /** Where something is looked up for events. */
  readonly #lookups: Lookups | undefined;

  constructor(pipeline: Pipeline<E, Values, M>, ports: IngestPorts) {
    this.#pipeline = pipeline;
    this.#ports = ports;
    this.#definitions = new Definitions(pipeline, ports.logStore, ports.clock);
    this.#wakeRule = new WakeRule(pipeline);
    this.#liveRules = pipeline.options.rules === 'live' ? new LiveRules(pipeline.name, ports) : undefined;
    this.#lookups = lookupsOf(pipeline, ports);
  }

  /**
   * Commits the records of one shard. Throws when they may not be committed; then the caller must deliver them again.
   *
   * @param records In any order, possibly delivered before.
   */
  async ingest(shard: ShardId, records: readonly InputRecord[]): Promise<IngestReport> {
    const ordered = inOrder(records);
    try {
      // After the records have arrived, so that all rules are seen that hold for them.
      const rules = await this.#liveRules?.look();
      for (;;) {
        const tail = this.#tails.get(shard) ?? (await this.#readTail(shard));
        const fresh = recordsAfter(ordered, tail.last);
        const alreadyCommitted = ordered.length - fresh.length;
        if (fresh.length === 0) {
          this.#tails.set(shard, tail);
          return { counts: NO_RECORDS, alreadyCommitted };
        }
        const appended = await this.#commit(shard, tail, fresh, rules);
        if (appended === undefined) continue;
        const { commit, lateness, lookups } = appended;
        return {
          counts: commit.counts,
          alreadyCommitted,
          ...(lateness && { lateness }),
          ...(lookups && { lookups }),
          ...(await this.#wake(commit)),
        };
      }
    } catch (error) {
      // Whether the append arrived is unknown now, so what was known of the log's end is, too.
      this.#tails.delete(shard);
      throw error;
    }
  }

  /** Appends one commit; `undefined` when another writer took the position, and then the tail is known anew. */
  async #commit(
    shard: ShardId,
    tail: Tail,
    records: readonly InputRecord[],
    rules: RulesInForce | undefined,
  ): Promise<Appended | undefined> {
    const seen = await this.#seenIds(shard, tail);
    const looked = await this.#lookups?.find(neededKeys(this.#pipeline, records, rules, seen));
    const fold = new BatchFold(this.#pipeline, records, this.#watermark, seen, rules, looked?.found);
    if (!fold.foldUntil(this.#lateness(tail))) {
      await this.#lookUpWatermark();
      fold.watermark = this.#watermark;
      fold.foldUntil(undefined);
    }
    const folded = fold.result();
    const refusals = refusalsOf(this.#pipeline.name, shard, folded, this.#watermark);
    // Before the append: a crash in between repeats them under the same ids, and never loses them.
    if (refusals.length > 0) {
      await this.#ports.sideStream.publish(refusals.map((refusal) => ({ partitionKey: refusal.id, json: JSON.stringify(refusal) })));
    }

    const position = nextPosition(tail.position);
    const commit = {
      ...this.#toCommit(shard, tail, records, folded, (arrivedToMs) => seen?.from(arrivedToMs) ?? position),
      ...(rules && { rules: rules.versionAt(records.at(-1) as InputRecord) }),
    };
    const outcome = await this.#ports.logStore.append(shardLog(this.#pipeline.name, shard), position, encodeCommit(commit));
    if (outcome.kind === 'conflict') {
      // There may be more behind the one that won.
      this.#tails.set(shard, await this.#readTail(shard));
      return undefined;
    }
    this.#tails.set(shard, tailAfter(position, commit));
    seen?.add({ position, arrivedToMs: commit.arrivedToMs, ids: folded.letIn ?? new Float64Array() });
    return { commit, lookups: looked?.report, lateness: latenessOf(folded, this.#watermark) };
  }

  async #wake(commit: Commit): Promise<Pick<IngestReport, 'wakeFailure'>> {
    const { waker, clock } = this.#ports;
    if (waker === undefined || !this.#wakeRule.wakes(commit, clock.nowMs())) return {};
    try {
      await waker.wake();
      return {};
    } catch (error) {
      return { wakeFailure: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
    }
  }

  #toCommit(
    shard: ShardId,
    { progress }: Tail,
    records: readonly InputRecord[],
    folded: FoldedBatch,
    idsFrom: (arrivedToMs: number) => Position,
  ): Commit {
    const { letIn } = folded;
    let arrivedFromMs = progress?.arrivedFromMs ?? Number.POSITIVE_INFINITY;
    let arrivedToMs = progress?.arrivedToMs ?? Number.NEGATIVE_INFINITY;
    for (const { arrivedAtMs } of records) {
      if (arrivedAtMs < arrivedFromMs) arrivedFromMs = arrivedAtMs;
      if (arrivedAtMs > arrivedToMs) arrivedToMs = arrivedAtMs;
    }
    return {
      kind: 'commit',
      fingerprint: this.#pipeline.fingerprint,
      shard,
      first: (records[0] as InputRecord).sequenceNumber,
      last: (records.at(-1) as InputRecord).sequenceNumber,
      clocks: combineClocks(progress?.clocks ?? {}, folded.clocks, laterClock),
      arrivedFromMs,
      arrivedToMs,
      committedAtMs: this.#ports.clock.nowMs(),
      counts: folded.counts,
      lateByWindow: folded.lateByWindow,
      ...(letIn === undefined ? {} : { ids: { count: letIn.length, from: idsFrom(arrivedToMs) }, letIn }),
      deltas: splitLanes(this.#pipeline, folded.deltas),
    };
  }

  /** What the log has let in up to its end, as far as it is young enough. */
  async #seenIds(shard: ShardId, { position, idsFrom }: Tail): Promise<SeenIds | undefined> {
    const { deduplication, name } = this.#pipeline;
    if (deduplication === undefined) return undefined;
    const seen = this.#seen.get(shard) ?? new SeenIds(deduplication.withinMs);
    this.#seen.set(shard, seen);
    let at = Math.max(seen.position, (idsFrom ?? position + 1) - 1) as Position;
    while (at < position) {
      const entries = await this.#readBehind(shardLog(name, shard), at);
      // What has expired has been let in longer ago than any id counts. Items expire one by one, so something younger may follow.
      if (entries === 'expired') {
        at = nextPosition(at);
        continue;
      }
      if (entries.length === 0) break;
      for (const entry of entries) {
        if (entry.position > position) break;
        seen.add({ position: entry.position, arrivedToMs: decodeCommitHeader(entry).arrivedToMs, ids: decodeLetIn(entry) });
      }
      at = (entries.at(-1) as PositionedEntry).position;
    }
    return seen;
  }

  async #readBehind(log: LogName, position: Position): Promise<readonly PositionedEntry[] | 'expired'> {
    try {
      return await this.#ports.logStore.read(log, position, 'strong');
    } catch (error) {
      if (error instanceof ExpiredLogError) return 'expired';
      throw error;
    }
  }

  /**
   * The end of the log, or where firing has recorded it, if that is farther: items expire one by one, in any order, so what is left of an old
   * log may be all of it, nothing, or a part that ends too early.
   */
  async #readTail(shard: ShardId): Promise<Tail> {
    const tail = await this.#readEnd(shard);
    const committedAtMs = tail?.progress?.committedAtMs;
    if (tail !== undefined && committedAtMs !== undefined && this.#ports.clock.nowMs() - committedAtMs < ITEM_LIFE_MS_MIN) return tail;
    const recorded = (await newestEpochs(this.#pipeline, this.#ports.logStore)).map((epoch): Tail | undefined => epoch?.cut[shard]);
    // Others may have appended and fired since the look at the log, and a cut does not say from where ids count: what stands in the log comes first.
    const again = recorded.some((each) => each !== undefined) ? await this.#readEnd(shard) : undefined;
    // Each lane must learn of it.
    if (tail === undefined && recorded.includes(undefined)) await noteShard(this.#pipeline.name, shard, this.#ports);
    const known = [again, tail, ...recorded].filter((each) => each !== undefined);
    return known.reduce((farthest, each) => (each.position > farthest.position ? each : farthest), known[0] ?? { position: ORIGIN });
  }

  /** The newest commit of a shard that is left. */
  async #readEnd(shard: ShardId): Promise<Tail | undefined> {
    const newest = await this.#ports.logStore.last(shardLog(this.#pipeline.name, shard));
    const header = newest && decodeCommitHeader(newest);
    // Where this definition has been at work before, it holds.
    if (header?.fingerprint !== this.#pipeline.fingerprint) await this.#definitions.adopt();
    if (newest === undefined || header === undefined) return undefined;
    this.#definitions.asOf(header.fingerprint, `the newest commit of ${shard}`);
    return tailAfter(newest.position, header);
  }

  /**
   * Tells of the time of an event whether the pipeline's watermark can have closed one of its windows, so that it has to be looked up. It is at most this shard's
   * own, by what is committed, unless the shard may have been left out: then it can be anything. What slips through is found out when it is fired.
   */
  #lateness({ progress }: Tail): ((time: EventTime) => boolean) | undefined {
    const { idleTimeoutMs, operators, sources } = this.#pipeline;
    if (progress === undefined) return undefined;
    const wasSilent = idleTimeoutMs !== undefined && this.#ports.clock.nowMs() - progress.committedAtMs >= idleTimeoutMs;
    if (wasSilent) return () => true;
    const known = this.#watermark;
    const watermark = shardWatermark(sources, progress.clocks);
    return (time) =>
      // No window ends before its events, which is enough to know of nearly all of them.
      time <= watermark &&
      operators.some((operator) => earliestTooLate(operator, time) <= watermark && surelyTooLate(operator, time) > known);
  }

  /** Every lane's is one of the pipeline: the highest is the newest. */
  async #lookUpWatermark(): Promise<void> {
    for (const epoch of await newestEpochs(this.#pipeline, this.#ports.logStore)) {
      if (epoch !== undefined && epoch.watermark > this.#watermark) this.#watermark = epoch.watermark;
    }
  }
}

function lookupsOf(pipeline: Pipeline<never>, { clock, timer }: IngestPorts): Lookups | undefined {
  const { enrichment, name } = pipeline;
  if (enrichment === undefined) return undefined;
  if (timer === undefined) throw new TypeError(`pipeline '${name}' looks something up for its events, and its ports have no timer`);
  return new Lookups(name, enrichment, { clock, timer });
}

function latenessOf({ lateTimes }: FoldedBatch, watermark: EventTime): Lateness | undefined {
  return lateTimes && { minMs: watermark - lateTimes.latest, maxMs: watermark - lateTimes.earliest };
}

function tailAfter(position: Position, { last, clocks, arrivedFromMs, arrivedToMs, committedAtMs, ids }: CommitHeader): Tail {
  return {
    position,
    last,
    progress: { clocks, arrivedFromMs, arrivedToMs, committedAtMs },
    ...(ids === undefined ? {} : { idsFrom: ids.from }),
  };
}
