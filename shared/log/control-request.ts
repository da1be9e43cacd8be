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

/** An entry of the control log. There is no payload. */
export interface ControlRequest {
  readonly kind: 'control';
  readonly action: ControlAction;
  /** Processing time of whoever asked, epoch milliseconds. */
  readonly requestedAtMs: number;
}

/** What has become of requests, as epochs record it: so each is obeyed once, whoever fires and however often it is started anew. */
export interface ControlStanding {
  /** The last request that has been obeyed; all before it have been, too. */
  readonly obeyed: Position;
  /** Since when nothing is read, in processing time: epoch milliseconds. Absent while the pipeline is not paused. */
  readonly pausedSinceMs?: number;
  /** The epoch whose state was asked for last: a snapshot of it, or of a later one, must stand. */
  readonly checkpoint?: Position;
}

export function encodeControlRequest(request: ControlRequest): LogEntry {
  return { header: JSON.stringify(request), payload: new Uint8Array() };
}

export function decodeControlRequest({ header }: LogEntry): ControlRequest {
  return JSON.parse(header) as ControlRequest;
}
