/**
 * What stands on a shard behind its last committed record:
 *
 * - `empty`: nothing, and the shard is open or not known to be closed.
 * - `ended`: nothing, and nothing ever will: the shard is closed.
 * - `gone`: the stream has no such shard any more; its records have expired.
 * - `records`: something, or something may be on the way there. The shard lags; it is not idle.
 * - `unknown`: it could not be found out.
 */
export type ShardProofKind = 'empty' | 'ended' | 'gone' | 'records' | 'unknown';

export interface ShardProof {
  readonly kind: ShardProofKind;
  /** A moment before the shard was read, in epoch milliseconds: it was so then. */
  readonly provenAtMs: number;
}
