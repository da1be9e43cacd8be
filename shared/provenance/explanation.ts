import type { ShardId } from '../log/keys.ts';
import type { Position } from '../log/position.ts';
import type { LateRefusal } from '../log/refusal.ts';
import type { Pane } from '../pipeline/pane.ts';
import type { EventTime } from '../time/event-time.ts';
import type { LeftOut } from '../watermarks/decide-watermark.ts';
import type { SourceName } from '../watermarks/source-clock.ts';
import type { Origin } from './origins.ts';

/**
 * What made a window fire:
 *
 * - `end`: the watermark passed the window's end; `drain`: the pipeline was drained.
 * - `interval`, `count`, `event`: the trigger's interval was over, enough events had come, one that matters had.
 * - `change`: events came after the window had fired, and no trigger says to wait.
 * - `closing`: the window closed with something still to say.
 * - `withdrawal`: a newer pane took its place.
 */
export type FiringReason = 'end' | 'drain' | 'interval' | 'count' | 'event' | 'change' | 'closing' | 'withdrawal';

/** The slowest channel: what the watermark was computed from. */
export interface HeldBackBy {
  readonly shard: ShardId;
  readonly source: SourceName;
  /** Of the channel; the beginning of time while it has none. */
  readonly clock: EventTime;
}

/** The epoch that holds a pane. Times of processing are epoch milliseconds. */
export interface EpochFacts {
  readonly position: Position;
  readonly firedAtMs: number;
  readonly watermark: EventTime;
  /** Of the epoch before; absent for the first one, and where the one before has expired. */
  readonly watermarkBefore?: EventTime;
  /** Absent when every shard was left out, and after a drain. */
  readonly heldBackBy?: HeldBackBy;
  readonly leftOut: readonly LeftOut[];
  /** How far the watermark had gone on without events. */
  readonly idleForMs?: number;
}

/** A commit, and how many of its events are in the pane. */
export interface CommitShare extends Origin {
  readonly events: number;
}

/** Entries that would have been read, and have expired, both ends included. */
export interface UnknownPart {
  readonly log: 'epochs' | ShardId;
  readonly from: Position;
  readonly to: Position;
}

/** Where a pane comes from, by the logs alone. */
export interface Explanation {
  readonly pane: Pane;
  readonly reason: FiringReason;
  readonly epoch: EpochFacts;
  /** By shard, then by position. */
  readonly commits: readonly CommitShare[];
  /** The sum of the events of the commits. */
  readonly events: number;
  /**
   * - `balanced`: the commits hold exactly the pane's events.
   * - `incomplete`: they hold fewer, and a part of the logs has expired: the rest is in what is `unknown`.
   * - `different`: the logs are all there and say something else. A bug in Mullion.
   */
  readonly accounts: 'balanced' | 'incomplete' | 'different';
  readonly unknown: readonly UnknownPart[];
  /** Events of the key that came when a window that overlaps this one had closed, and are therefore not in it. */
  readonly refused: readonly LateRefusal[];
  /** The last epoch that was searched for refusals, and the newest that there is. */
  readonly refusedUpTo: Position;
  readonly newestEpoch: Position;
}
