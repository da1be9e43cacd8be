import type { Pane } from 'mullion';
import { busyShards } from '../../shared/adapters/memory/busy-shards.ts';
import { fixedShards } from '../../shared/adapters/memory/fixed-shards.ts';
import { MemoryLogStore } from '../../shared/adapters/memory/memory-log-store.ts';
import { MemoryPublisher } from '../../shared/adapters/memory/memory-publisher.ts';
import { Fire, type FireOptions } from '../../shared/firing/fire.ts';
import { Ingest } from '../../shared/ingest/ingest.ts';
import type { ShardId } from '../../shared/log/keys.ts';
import type { Position } from '../../shared/log/position.ts';
import type { SequenceNumber } from '../../shared/log/sequence-number.ts';
import type { Pipeline } from '../../shared/pipeline/pipeline.ts';

export interface Batch<E> {
  readonly shard: number;
  readonly events: readonly E[];
  /** Whether both functions lose their memory afterwards. */
  readonly restart: boolean;
  /** Whether firing runs after it at all. */
  readonly fires: boolean;
}

export interface EngineOptions extends FireOptions {
  /** Whether all of the logs expires, but the newest entry of each, that the newest snapshot stands for. */
  readonly expires?: boolean;
}

export interface EngineRun {
  readonly panes: Pane[];
  readonly refused: unknown[];
  readonly store: MemoryLogStore;
}

/** Runs batches through ingest and fire, then drains. */
export async function runBatches<E>(
  pipeline: Pipeline<E>,
  batches: readonly Batch<E>[],
  { expires = false, ...options }: EngineOptions = {},
): Promise<EngineRun> {
  const store = new MemoryLogStore();
  const output = new MemoryPublisher();
  const side = new MemoryPublisher();
  let nowMs = 4_000_000_000_000;
  const shardIds = [...new Set(batches.map(({ shard }) => shardId(shard)))];
  const ports = {
    logStore: store,
    outputStream: output,
    sideStream: side,
    shards: fixedShards(...shardIds),
    shardProbe: busyShards,
    clock: { nowMs: () => nowMs },
  };
  let ingest = new Ingest(pipeline, ports);
  let fire = new Fire(pipeline, ports, options);
  let sequence = 10 ** 12;
  for (const { shard, events, restart, fires } of batches) {
    nowMs += 1_000;
    await ingest.ingest(
      shardId(shard),
      events.map((event) => ({
        sequenceNumber: String(sequence++) as SequenceNumber,
        partitionKey: '',
        arrivedAtMs: nowMs,
        data: JSON.stringify(event),
        encoding: 'utf8',
      })),
    );
    const report = fires ? await fire.fire() : undefined;
    if (expires && report?.snapshot?.kind === 'written')
      for (const log of store.names) store.trim(log, Number.POSITIVE_INFINITY as Position);
    if (restart) {
      ingest = new Ingest(pipeline, ports);
      fire = new Fire(pipeline, ports, options);
    }
  }
  await fire.drain();
  return { panes: output.documents<Pane>(), refused: side.documents(), store };
}

function shardId(shard: number): ShardId {
  return `shardId-${String(shard).padStart(12, '0')}` as ShardId;
}
