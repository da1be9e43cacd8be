import type { ShardId } from './keys.ts';
import type { LogEntry } from './log-entry.ts';

export interface NotedShard {
  readonly id: ShardId;
  /** Processing time, epoch milliseconds. */
  readonly notedAtMs: number;
}

/** An entry of a log of shards: every shard that was noted in that log, so that the newest entry says them all. There is no payload. */
export interface ShardNotes {
  readonly kind: 'shards';
  readonly shards: readonly NotedShard[];
}

export function encodeShardNotes(notes: ShardNotes): LogEntry {
  return { header: JSON.stringify(notes), payload: new Uint8Array() };
}

export function decodeShardNotes({ header }: LogEntry): ShardNotes {
  return JSON.parse(header) as ShardNotes;
}
