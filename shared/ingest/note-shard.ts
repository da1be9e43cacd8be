import { type ShardId, shardNotesLog } from '../log/keys.ts';
import { nextPosition, ORIGIN } from '../log/position.ts';
import { decodeShardNotes, encodeShardNotes } from '../log/shard-notes.ts';
import type { Clock } from '../ports/clock.ts';
import type { LogStore } from '../ports/log-store.ts';

/**
 * Writes down that a shard is read from, before anything of it is committed: firing that fails for a day may never see the shard in the stream's list, and would not
 * know that there is a log to be read. Once for each shard.
 */
export async function noteShard(
  pipeline: string,
  shard: ShardId,
  { logStore, clock }: { logStore: LogStore; clock: Clock },
): Promise<void> {
  const log = shardNotesLog(pipeline, shard);
  for (;;) {
    const newest = await logStore.last(log);
    const { shards } = newest === undefined ? { shards: [] } : decodeShardNotes(newest);
    if (shards.some(({ id }) => id === shard)) return;
    const nowMs = clock.nowMs();
    // What was noted longer ago than the logs reach back is in an epoch, or firing has stopped because they have expired.
    const young = shards.filter(({ notedAtMs }) => nowMs - notedAtMs < (logStore.retentionMs ?? Number.POSITIVE_INFINITY));
    const notes = encodeShardNotes({ kind: 'shards', shards: [...young, { id: shard, notedAtMs: nowMs }] });
    const outcome = await logStore.append(log, nextPosition(newest?.position ?? ORIGIN), notes);
    if (outcome.kind !== 'conflict') return;
  }
}
