import { assertSameDefinition, decodeCommit } from '../log/commit.ts';
import { decodeEpochHeader, type EpochHeader, type ShardCut } from '../log/epoch.ts';
import { epochLog, type ShardId, shardLog } from '../log/keys.ts';
import { type Position, ORIGIN } from '../log/position.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { PositionedEntry } from '../log/log-entry.ts';
import type { LogStore } from '../ports/log-store.ts';
import { FiringState } from './firing-state.ts';

/** The logs do not reach back to what is needed: it has expired. Results cannot be continued from here; see the message. */
export class ExpiredLogError extends Error {
  override readonly name = 'ExpiredLogError';
}

/** Computes the state after the newest epoch from the logs alone. */
export async function restore(pipeline: Pipeline<never>, logStore: LogStore, newest: PositionedEntry | undefined): Promise<FiringState> {
  const state = new FiringState(pipeline);
  if (newest === undefined) return state;
  const header = decodeEpochHeader(newest);
  assertSameDefinition(pipeline, header.fingerprint, `epoch ${newest.position}`);

  const { replayFrom } = header;
  const log = epochLog(pipeline.name);
  let at = replayFrom === ORIGIN ? ORIGIN : ((replayFrom - 1) as Position);
  while (at < newest.position) {
    const entries = at === newest.position - 1 ? [newest] : await logStore.read(log, at, 'strong');
    if (entries.length === 0) throw expired(pipeline, `epoch ${at + 1}`);
    for (const entry of entries) {
      const epoch = decodeEpochHeader(entry);
      if (entry.position > replayFrom) await replayEpoch(pipeline, logStore, state, epoch);
      state.settle(entry.position, epoch);
      at = entry.position;
      if (at === newest.position) break;
    }
  }
  return state;
}

/** Takes in what an epoch took in, and lets go of what it fired. */
async function replayEpoch(pipeline: Pipeline<never>, logStore: LogStore, state: FiringState, epoch: EpochHeader): Promise<void> {
  for (const [shard, cut] of Object.entries(epoch.cut) as [ShardId, ShardCut][]) {
    let at = state.cutOf(shard)?.position ?? ORIGIN;
    while (at < cut.position) {
      const entries = await logStore.read(shardLog(pipeline.name, shard), at, 'strong');
      if (entries.length === 0) throw expired(pipeline, `commit ${at + 1} of ${shard}`);
      for (const entry of entries) {
        if (entry.position > cut.position) break;
        state.absorb(decodeCommit(pipeline, entry), entry.position);
        at = entry.position;
      }
    }
  }
  state.depart(epoch.watermark, epoch.timersDue);
}

function expired(pipeline: Pipeline<never>, what: string): ExpiredLogError {
  return new ExpiredLogError(
    `pipeline '${pipeline.name}': ${what} is needed for windows that are still open, and is not in the log any more. ` +
      `Keep log items longer than the longest window with its allowed lateness, and start again under a new name from the input stream.`,
  );
}
