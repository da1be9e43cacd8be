import { decodeCommitBy } from '../log/commit.ts';
import { type DefinitionHistory, ForeignStateError } from '../log/definition-history.ts';
import { decodeEpochHeader, type EpochHeader, type ShardCut } from '../log/epoch.ts';
import { ExpiredLogError } from '../log/expired-log-error.ts';
import { CorruptEntryError } from '../log/frame.ts';
import { epochLog, type LogName, type ShardId, shardLog, snapshotLog } from '../log/keys.ts';
import type { PositionedEntry } from '../log/log-entry.ts';
import { ORIGIN, type Position } from '../log/position.ts';
import { decodeSnapshot } from '../log/snapshot.ts';
import type { Lane } from '../pipeline/lane.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { LogStore } from '../ports/log-store.ts';
import { FiringState } from './firing-state.ts';
import { LogsReadOnce } from './logs-read-once.ts';

/** What the state of firing is computed from. */
export interface FiringLogs {
  readonly pipeline: Pipeline<never>;
  readonly lane: Lane;
  readonly definitions: DefinitionHistory;
  readonly logStore: LogStore;
}

/** What is enough to take in an epoch after the other. */
type LogsToReplay = Omit<FiringLogs, 'logStore'> & { readonly logStore: Pick<LogStore, 'read'> };

/** The state after the newest epoch, and what it was computed from. */
export interface Restored {
  readonly state: FiringState;
  readonly newest: PositionedEntry | undefined;
  /** The newest position of the snapshot log. */
  readonly snapshotPosition: Position;
  /** Of the newest snapshot, which was read whether or not it was of use; 0 when there is none. */
  readonly snapshotBytes: number;
  /** The epoch that the newest snapshot stands for; 0 when there is none, or none that can be read. */
  readonly snapshotEpoch: Position;
  /** Why the newest snapshot was of no use, when it was not: the state was computed without it. Someone should look at it. */
  readonly unusable: Error | undefined;
}

/**
 * Computes the state after the newest epoch: from the newest snapshot and the logs behind it, or from the logs alone, whichever is less. What was computed under former definitions
 * is computed under them again.
 */
export async function restore(source: FiringLogs): Promise<Restored> {
  const { pipeline, lane, definitions, logStore } = source;
  // In this order: a snapshot that is seen stands for an epoch that is seen.
  const { snapshot, snapshotPosition, damaged } = await readSnapshot(source);
  const snapshotBytes = snapshot?.payload.length ?? 0;
  const newest = await logStore.last(epochLog(pipeline.name, lane));
  if (newest === undefined) {
    if (snapshotPosition > ORIGIN) throw expired(pipeline, 'the newest epoch');
    return { state: new FiringState(pipeline), newest, snapshotPosition, snapshotBytes, snapshotEpoch: ORIGIN, unusable: undefined };
  }
  const header = decodeEpochHeader(newest);
  const { state, unusable = damaged } = fromSnapshot(definitions, snapshot, newest.position);
  // Where the windows that are open are younger than the snapshot, the logs alone are less to read.
  const snapshotEpoch = state?.epoch ?? ORIGIN;
  const isOfUse = state !== undefined && snapshotEpoch > header.replayFrom;
  try {
    const replayed = await replay(source, isOfUse ? state : new FiringState(pipeline), newest, header.replayFrom);
    replayed.adopt(pipeline);
    return { state: replayed, newest, snapshotPosition, snapshotBytes, snapshotEpoch, unusable };
  } catch (error) {
    if (unusable !== undefined && error instanceof ExpiredLogError) error.cause = unusable;
    throw error;
  }
}

async function readSnapshot({ pipeline, lane, logStore }: FiringLogs) {
  try {
    const snapshot = await logStore.last(snapshotLog(pipeline.name, lane));
    return { snapshot, snapshotPosition: snapshot?.position ?? ORIGIN, damaged: undefined };
  } catch (error) {
    // Only what is known to stand there can be gone around.
    if (!(error instanceof CorruptEntryError) || error.position === undefined) throw error;
    return { snapshot: undefined, snapshotPosition: error.position, damaged: error };
  }
}

function fromSnapshot(
  definitions: DefinitionHistory,
  snapshot: PositionedEntry | undefined,
  newest: Position,
): { state?: FiringState; unusable?: Error } {
  if (snapshot === undefined) return {};
  try {
    const { header, state } = decodeSnapshot(definitions, snapshot, (pipeline) => new FiringState(pipeline));
    const { epoch } = header;
    if (epoch > newest)
      return { unusable: new CorruptEntryError(`the snapshot of epoch ${epoch} is newer than the newest epoch, ${newest}`) };
    state.cost.spared(epoch, snapshot.payload.length);
    return { state };
  } catch (error) {
    if (error instanceof CorruptEntryError || error instanceof ForeignStateError) return { unusable: error };
    throw error;
  }
}

/** Takes a state on to the newest epoch; one that holds nothing yet, from the epoch from which the logs must be read. */
async function replay(logs: FiringLogs, state: FiringState, newest: PositionedEntry, replayFrom: Position): Promise<FiringState> {
  const source = { ...logs, logStore: new LogsReadOnce(logs.logStore) };
  const { pipeline, lane, definitions } = source;
  const startsBefore = state.epoch === ORIGIN && replayFrom > ORIGIN ? replayFrom - 1 : state.epoch;
  let at = startsBefore as Position;
  while (at < newest.position) {
    const entries = at === newest.position - 1 ? [newest] : await readOn(source, epochLog(pipeline.name, lane), at, `epoch ${at + 1}`);
    for (const entry of entries) {
      const epoch = decodeEpochHeader(entry);
      state.adopt(definitions.asOf(epoch.fingerprint, `epoch ${entry.position}`));
      if (entry.position > replayFrom) await replayEpoch(source, state, epoch);
      state.settle(entry.position, epoch);
      at = entry.position;
      if (at === newest.position) break;
    }
  }
  return state;
}

/** Takes in what an epoch took in, and lets go of what it fired. Nothing was taken in that the epoch has not. */
export async function replayEpoch(source: LogsToReplay, state: FiringState, epoch: EpochHeader): Promise<void> {
  const { pipeline, lane, definitions } = source;
  for (const [shard, cut] of Object.entries(epoch.cut) as [ShardId, ShardCut][]) {
    let at = state.cutOf(shard)?.position ?? ORIGIN;
    while (at < cut.position) {
      const entries = await readOn(source, shardLog(pipeline.name, shard), at, `commit ${at + 1} of ${shard}`);
      for (const entry of entries) {
        if (entry.position > cut.position) break;
        state.absorb(decodeCommitBy(definitions, entry, lane), entry.position, entryBytes(entry));
        at = entry.position;
      }
    }
  }
  state.depart(epoch.watermark, epoch.timersDue);
}

/** How many bytes of log an entry is. */
export function entryBytes({ header, payload }: PositionedEntry): number {
  return header.length + payload.length;
}

/** What stands behind a position; that there is something is known. */
async function readOn(
  { pipeline, logStore }: LogsToReplay,
  log: LogName,
  after: Position,
  what: string,
): Promise<readonly PositionedEntry[]> {
  let cause: unknown;
  try {
    const entries = await logStore.read(log, after, 'strong');
    if (entries.length > 0) return entries;
  } catch (error) {
    if (!(error instanceof ExpiredLogError)) throw error;
    cause = error;
  }
  throw expired(pipeline, what, cause);
}

function expired(pipeline: Pipeline<never>, what: string, cause?: unknown): ExpiredLogError {
  return new ExpiredLogError(
    `pipeline '${pipeline.name}': ${what} is needed for windows that are still open, and is not in the log any more, nor does a snapshot stand for it. ` +
      `Let fire run far more often than log items expire, and start again under a new name from the input stream.`,
    cause === undefined ? {} : { cause },
  );
}
