import { shardNotesLogs } from '../log/keys.ts';
import { decodeShardNotes } from '../log/shard-notes.ts';
import type { LogStore } from '../ports/log-store.ts';
import type { Shard } from '../watermarks/shard.ts';

/** Shards that ingest has noted: they have logs, whether or not the stream lists them still. Whose children they are, only the stream says. */
export async function notedShards(pipeline: string, logStore: LogStore): Promise<Shard[]> {
  const newest = await Promise.all(shardNotesLogs(pipeline).map((log) => logStore.last(log)));
  return newest.flatMap((entry) => (entry === undefined ? [] : decodeShardNotes(entry).shards.map(({ id }) => ({ id, parents: [] }))));
}
