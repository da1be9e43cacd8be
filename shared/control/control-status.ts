import { type ControlRequest, decodeControlEntry } from '../log/control-request.ts';
import { controlLog } from '../log/keys.ts';
import { ORIGIN, type Position } from '../log/position.ts';
import type { LogStore } from '../ports/log-store.ts';
import { END_OF_TIME, type EventTime } from '../time/event-time.ts';
import { type LaneHeads, LaneLogs } from './lane-logs.ts';

/** How one lane stands. Times of processing are epoch milliseconds. */
export interface LaneStatus {
  /** The newest epoch; 0 before the first. */
  readonly epoch: Position;
  /** Of that epoch; absent before the first. */
  readonly firedAtMs?: number;
  readonly watermark?: EventTime;
  readonly openWindows: number;
  readonly isPublished: boolean;
  /** Absent while it is not paused. */
  readonly pausedSinceMs?: number;
  /** The last request that it has obeyed. */
  readonly obeyed: Position;
  /** Panes of windows with a time up to here may lack records that ingest has given up on; absent while it has on none. */
  readonly incompleteTo?: EventTime;
  /** The epoch that the newest snapshot stands for; 0 while there is none. */
  readonly snapshotOf: Position;
  /** Whether a snapshot was asked for that has not been written yet. */
  readonly awaitsSnapshot: boolean;
}

/** How a pipeline stands, by its logs alone. */
export interface ControlStatus {
  readonly lanes: readonly LaneStatus[];
  /** What was asked for, and some lane has not obeyed yet. */
  readonly pending: readonly (ControlRequest & { readonly position: Position })[];
}

/** Whether all of it has been fired, for good. */
export function isWhollyDrained({ lanes }: Pick<ControlStatus, 'lanes'>): boolean {
  return lanes.every(({ watermark }) => watermark === END_OF_TIME);
}

/** `undefined` when no function of the pipeline has ever run. */
export async function controlStatus(pipeline: string, logStore: LogStore): Promise<ControlStatus | undefined> {
  const heads = await new LaneLogs(pipeline, logStore).look();
  return heads && controlStatusAt(pipeline, logStore, heads);
}

/** For who has looked at the lanes already. */
export async function controlStatusAt(pipeline: string, logStore: LogStore, heads: readonly LaneHeads[]): Promise<ControlStatus> {
  const lanes = heads.map(laneStatus);
  const obeyedByAll = Math.min(...lanes.map(({ obeyed }) => obeyed)) as Position;
  const entries = await logStore.read(controlLog(pipeline), obeyedByAll, 'strong');
  const pending = entries.flatMap((entry) => {
    const asked = decodeControlEntry(entry);
    return asked.kind === 'control' ? [{ ...asked, position: entry.position }] : [];
  });
  return { lanes, pending };
}

function laneStatus({ newest, snapshotOf, publishedTo }: LaneHeads): LaneStatus {
  const { position: epoch = ORIGIN, header } = newest ?? {};
  const { obeyed = ORIGIN, pausedSinceMs, checkpoint = ORIGIN, incompleteTo } = header?.control ?? {};
  return {
    epoch,
    ...(header === undefined ? {} : { firedAtMs: header.firedAtMs, watermark: header.watermark }),
    openWindows: Object.values(header?.open ?? {}).reduce((sum, count) => sum + count, 0),
    isPublished: publishedTo >= epoch,
    ...(pausedSinceMs === undefined ? {} : { pausedSinceMs }),
    obeyed,
    ...(incompleteTo === undefined ? {} : { incompleteTo }),
    snapshotOf,
    awaitsSnapshot: snapshotOf < checkpoint,
  };
}
