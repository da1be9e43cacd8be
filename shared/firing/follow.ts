import { decodeEpochHeader, type EpochHeader } from '../log/epoch.ts';
import type { ShardId } from '../log/keys.ts';
import type { PositionedEntry } from '../log/log-entry.ts';
import { nextPosition, ORIGIN } from '../log/position.ts';
import type { FiringState } from './firing-state.ts';
import { type FiringLogs, replayEpoch } from './restore.ts';

/**
 * Takes a state on to the next epoch, which another has appended, by what is new in it: the same as computing it anew.
 *
 * @returns False, and the state as it was, when it has taken in a commit that the epoch has not, or the epoch is of another definition.
 */
export async function follow(logs: FiringLogs, state: FiringState, entry: PositionedEntry): Promise<boolean> {
  const epoch = decodeEpochHeader(entry);
  const isNext = entry.position === nextPosition(state.epoch);
  if (!isNext || epoch.fingerprint !== logs.pipeline.fingerprint || !isWithin(state.shards, epoch)) return false;
  await replayEpoch(logs, state, epoch);
  state.settle(entry.position, epoch);
  return true;
}

/** Whether two epochs at one position let the same leave: then whoever wanted to append the one has the state after the other. */
export function areSameFiring(mine: EpochHeader, theirs: EpochHeader): boolean {
  return (
    mine.fingerprint === theirs.fingerprint &&
    mine.watermark === theirs.watermark &&
    mine.timersDue.join() === theirs.timersDue.join() &&
    isWithin(cutOf(mine), theirs) &&
    isWithin(cutOf(theirs), mine)
  );
}

type Positions = ReadonlyMap<ShardId, EpochHeader['cut'][ShardId]>;

function cutOf({ cut }: EpochHeader): Positions {
  return new Map(Object.entries(cut) as [ShardId, EpochHeader['cut'][ShardId]][]);
}

function isWithin(read: Positions, { cut }: EpochHeader): boolean {
  return [...read].every(([shard, { position }]) => position <= (cut[shard]?.position ?? ORIGIN));
}
