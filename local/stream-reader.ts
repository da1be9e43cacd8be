import type { KinesisClient } from '@aws-sdk/client-kinesis';
import { readableShards } from './kinesis/shard-lineage.ts';
import { listShards } from './kinesis/shard-list.ts';
import { ShardReader, type ShardRecord } from './kinesis/shard-reader.ts';
import { pause } from '../shared/adapters/pause.ts';

export interface StreamReaderOptions {
  readonly kinesis: KinesisClient;
  readonly streamName: string;
  /** Ends the iteration, without an error. */
  readonly signal?: AbortSignal;
  /** Also ends the iteration, once every shard has been read to its tip. */
  readonly endAtTip?: boolean;
  /** Wait after a round that found nothing, 100 by default. */
  readonly pollIntervalMs?: number;
}

const SHARD_DISCOVERY_MS = 1_000;

/**
 * Reads every shard of a stream from its first record on, parents before their children. Records of one shard come in
 * order; shards take turns. Throws what Kinesis throws.
 */
export async function* readStream(options: StreamReaderOptions): AsyncGenerator<ShardRecord, void, void> {
  const { kinesis, streamName, signal, endAtTip = false, pollIntervalMs = 100 } = options;
  const readers = new Map<string, ShardReader>();
  const started = new Set<string>();
  const finished = new Set<string>();
  let listedAtMs = -Infinity;
  for (;;) {
    if (performance.now() - listedAtMs >= SHARD_DISCOVERY_MS) {
      for (const { shardId } of readableShards(await listShards(kinesis, streamName), started, finished)) {
        started.add(shardId);
        readers.set(shardId, new ShardReader(kinesis, streamName, shardId, { kind: 'trimHorizon' }));
      }
      listedAtMs = performance.now();
    }
    let isAtTip = true;
    for (const [shardId, reader] of readers) {
      const { records, atTip, ended } = await reader.read();
      for (const record of records) {
        if (signal?.aborted === true) return;
        yield record;
      }
      isAtTip &&= atTip && !ended;
      if (!ended) continue;
      readers.delete(shardId);
      finished.add(shardId);
      // Its children may be read now.
      listedAtMs = -Infinity;
    }
    if (isAtTip && endAtTip) return;
    if (isAtTip) await pause(pollIntervalMs, signal);
    if (signal?.aborted === true) return;
  }
}
