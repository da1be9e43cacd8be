import { type ControlRequest, decodeControlRequest } from '../log/control-request.ts';
import { decodeEpochHeader } from '../log/epoch.ts';
import { controlLog, definitionLog, epochLog, publicationLog, snapshotLog } from '../log/keys.ts';
import { ORIGIN, type Position } from '../log/position.ts';
import type { SnapshotHeader } from '../log/snapshot.ts';
import type { LogStore } from '../ports/log-store.ts';
import type { EventTime } from '../time/event-time.ts';

/** How a pipeline stands, by its logs alone. Times of processing are epoch milliseconds. */
export interface ControlStatus {
  /** The newest epoch; 0 before the first, and then most of the rest is absent. */
  readonly epoch: Position;
  readonly firedAtMs?: number;
  readonly watermark?: EventTime;
  readonly openWindows: number;
  readonly isPublished: boolean;
  /** Absent while it is not paused. */
  readonly pausedSinceMs?: number;
  /** The epoch that the newest snapshot stands for; 0 while there is none. */
  readonly snapshotOf: Position;
  /** Whether a snapshot was asked for that has not been written yet. */
  readonly awaitsSnapshot: boolean;
  /** What was asked for, and is not obeyed yet. */
  readonly pending: readonly (ControlRequest & { readonly position: Position })[];
}

/** `undefined` when no function of the pipeline has ever run. */
export async function controlStatus(pipeline: string, logStore: LogStore): Promise<ControlStatus | undefined> {
  const newest = await logStore.last(epochLog(pipeline));
  if (newest === undefined && (await logStore.last(definitionLog(pipeline))) === undefined) return undefined;
  const header = newest && decodeEpochHeader(newest);
  const { obeyed = ORIGIN, pausedSinceMs, checkpoint = ORIGIN } = header?.control ?? {};
  const requests = await logStore.read(controlLog(pipeline), obeyed, 'strong');
  const snapshot = await logStore.last(snapshotLog(pipeline));
  const snapshotOf = snapshot === undefined ? ORIGIN : (JSON.parse(snapshot.header) as SnapshotHeader).epoch;
  const publication = await logStore.last(publicationLog(pipeline));
  const epoch = newest?.position ?? ORIGIN;
  return {
    epoch,
    ...(header === undefined ? {} : { firedAtMs: header.firedAtMs, watermark: header.watermark }),
    openWindows: Object.values(header?.open ?? {}).reduce((sum, count) => sum + count, 0),
    isPublished: (publication?.position ?? ORIGIN) >= epoch,
    ...(pausedSinceMs === undefined ? {} : { pausedSinceMs }),
    snapshotOf,
    awaitsSnapshot: snapshotOf < checkpoint,
    pending: requests.map((request) => ({ ...decodeControlRequest(request), position: request.position })),
  };
}
