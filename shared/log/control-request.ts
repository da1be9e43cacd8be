import type { EventTime } from '../time/event-time.ts';
import type { ShardId } from './keys.ts';
import type { LogEntry } from './log-entry.ts';
import type { Position } from './position.ts';

export const CONTROL_ACTIONS = ['pause', 'resume', 'drain', 'checkpoint'] as const;

/**
 * What a person may ask of a running pipeline:
 *
 * - `pause`: read and fire nothing any more; `resume`: go on.
 * - `drain`: fire everything as final panes. It ends a pause, and nothing comes after it.
 * - `checkpoint`: write the state down now.
 */
export type ControlAction = (typeof CONTROL_ACTIONS)[number];

/** What a person asks: an entry of the control log. There is no payload. */
export interface ControlRequest {
  readonly kind: 'control';
  readonly action: ControlAction;
  /** Processing time of whoever asked, epoch milliseconds. */
  readonly requestedAtMs: number;
}

/** The event source mapping has given up on records: no log will ever hold them. It stands among the requests, so that the next epoch knows it. */
export interface DiscardNotice {
  readonly kind: 'discard';
  readonly shard: ShardId;
  readonly records: number;
  /** When the last of them reached the stream, in epoch milliseconds. */
  readonly arrivedToMs: number;
  /** Processing time of whoever noticed, epoch milliseconds. */
  readonly noticedAtMs: number;
}

export type ControlEntry = ControlRequest | DiscardNotice;

/** What has become of requests, as epochs record it: so each is obeyed once, whoever fires and however often it is started anew. */
export interface ControlStanding {
  /** The last request that has been obeyed; all before it have been, too. */
  readonly obeyed: Position;
  /** Since when nothing is read, in processing time: epoch milliseconds. Absent while the pipeline is not paused. */
  readonly pausedSinceMs?: number;
  /** The epoch whose state was asked for last: a snapshot of it, or of a later one, must stand. */
  readonly checkpoint?: Position;
  /** No record that was given up can have a later time: panes of windows that hold a time up to here may lack something. Absent while none was. */
  readonly incompleteTo?: EventTime;
}

export function encodeControlEntry(entry: ControlEntry): LogEntry {
  return { header: JSON.stringify(entry), payload: new Uint8Array() };
}

export function decodeControlEntry({ header }: LogEntry): ControlEntry {
  return JSON.parse(header) as ControlEntry;
}
