import type { RestartCost } from './restart-cost.ts';

/** When the state is written down, besides being written again before it expires. Whatever a policy says, the same panes come out. */
export interface SnapshotPolicy {
  /** Whether to write a snapshot, now that commits must be read again. */
  isDue(cost: RestartCost): boolean;
  /** Whether a snapshot is worth its bytes, once these are known. */
  isWorth(bytes: number, cost: RestartCost): boolean;
}

// A page or two of a query: no snapshot makes a start faster than that.
const COMMIT_BYTES_MIN = 128 * 1024;

/**
 * A snapshot is due when the commits that would be read again have more bytes than the state, and is written if it has at most twice theirs: so
 * at most two bytes of state are written for a byte of commits, and a start reads little more than twice the state.
 *
 * @param commitBytesMin For less than so many bytes of commits none is written.
 */
export function snapshotRule(commitBytesMin: number = COMMIT_BYTES_MIN): SnapshotPolicy {
  return {
    isDue: ({ commitBytes, stateBytes }) => commitBytes >= Math.max(stateBytes, commitBytesMin),
    isWorth: (bytes, { commitBytes }) => bytes <= 2 * commitBytes,
  };
}

/** For a process whose memory is all there is: nobody will ever start from its logs. */
export const NO_SNAPSHOTS: SnapshotPolicy = { isDue: () => false, isWorth: () => false };
