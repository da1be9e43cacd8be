import type { CountsByWindow, RecordCounts } from '../log/counts.ts';
import type { ShardId } from '../log/keys.ts';
import type { Position } from '../log/position.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { EventTime } from '../time/event-time.ts';
import type { LeftOut, WatermarkDecision } from '../watermarks/decide-watermark.ts';
import { ONLY_SOURCE, type SourceName } from '../watermarks/source-clock.ts';
import { watermarkByShard } from '../watermarks/watermark-by-shard.ts';
import type { FiringState } from './firing-state.ts';
import type { FiringWork } from './firing-work.ts';
import type { Published } from './publication.ts';
import type { SnapshotOutcome } from './snapshot-writer.ts';

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
  /** Where each shard stands that has delivered anything and is not drained. */
  readonly watermarkByShard: ReadonlyMap<ShardId, EventTime>;
  readonly openWindows: number;
  /** Totals since the pipeline's beginning. */
  readonly counts: RecordCounts;
  readonly lateByWindow: CountsByWindow;
  readonly panesFired: number;
  /** Panes and refusals that this call published. */
  readonly published: number;
  /** Of them, those that were larger than their streams take, and are on the side stream in parts; absent where there are none. */
  readonly oversized?: number;
  /** What this call had not the time to end; the next one goes on with it. */
  readonly outOfTime?: 'reading' | 'publishing';
  /** Since when nothing is read or fired, in epoch milliseconds; absent while the pipeline is not paused. */
  readonly pausedSinceMs?: number;
  /** Of the state when it was written down or measured last; 0 before. */
  readonly stateBytes: number;
  /** How long ago the oldest thing was written that a process needs which starts now: the newest snapshot, or what stands in its place. */
  readonly snapshotAgeMs: number;
  /** What this call did itself. */
  readonly work: FiringWork;
  /** Present when one was due. */
  readonly snapshot?: SnapshotOutcome;
  /**
   * Why the newest snapshot is of no use, while it is not: damaged, or not of this definition. The results are right, from the logs; they would not
   * be there once the logs have expired.
   */
  readonly snapshotUnusable?: string;
}

/** What came of an attempt. */
export interface FiringOutcome {
  readonly decision: WatermarkDecision;
  readonly published: Departed;
  readonly work: FiringWork;
  readonly snapshot?: SnapshotOutcome | undefined;
  readonly snapshotUnusable: string | undefined;
  readonly outOfTime?: FireReport['outOfTime'];
}

/** How many documents left, and how many of them in parts. */
export type Departed = Pick<Published, 'documents' | 'oversized'>;

/** Where the pipeline stands with this state. */
export function fireReport(
  { sources: { strategies }, idleTimeoutMs }: Pipeline<never>,
  state: FiringState,
  { decision, published, work, snapshot, snapshotUnusable, outOfTime }: FiringOutcome,
  nowMs: number,
): FireReport {
  const { watermark, heldBackBy, leftOut } = decision;
  return {
    epoch: state.epoch,
    watermark,
    ...(heldBackBy === undefined ? {} : { heldBackBy: heldBackBy.shard }),
    ...(heldBackBy === undefined || heldBackBy.source === ONLY_SOURCE ? {} : { heldBackBySource: heldBackBy.source }),
    leftOut,
    watermarkByShard: watermarkByShard({ strategies, idleTimeoutMs }, state.shards),
    openWindows: state.openWindows,
    counts: state.counts,
    lateByWindow: state.lateByWindow,
    panesFired: state.panesFired,
    published: published.documents,
    ...(published.oversized === 0 ? {} : { oversized: published.oversized }),
    work,
    stateBytes: state.cost.stateBytes,
    snapshotAgeMs: state.cost.ageMs(nowMs),
    ...(outOfTime === undefined ? {} : { outOfTime }),
    ...(state.control?.pausedSinceMs === undefined ? {} : { pausedSinceMs: state.control.pausedSinceMs }),
    ...(snapshot === undefined ? {} : { snapshot }),
    ...(snapshotUnusable === undefined ? {} : { snapshotUnusable }),
  };
}
