import { busyShards } from '../../shared/adapters/memory/busy-shards.ts';
import { fixedShards } from '../../shared/adapters/memory/fixed-shards.ts';
import { MemoryLogStore } from '../../shared/adapters/memory/memory-log-store.ts';
import { systemClock } from '../../shared/adapters/system-clock.ts';
import { systemTimer } from '../../shared/adapters/system-timer.ts';
import type { FireReport } from '../../shared/firing/fire-report.ts';
import { FireLanes } from '../../shared/firing/fire-lanes.ts';
import { NO_SNAPSHOTS } from '../../shared/firing/snapshot-policy.ts';
import { Ingest } from '../../shared/ingest/ingest.ts';
import type { InputRecord } from '../../shared/ingest/input-record.ts';
import type { ShardId } from '../../shared/log/keys.ts';
import type { Position } from '../../shared/log/position.ts';
import type { SequenceNumber } from '../../shared/log/sequence-number.ts';
import type { Pipeline } from '../../shared/pipeline/pipeline.ts';
import type { Publisher } from '../../shared/ports/publisher.ts';
import type { EventTime } from '../../shared/time/event-time.ts';
import type { RawEvent } from '../input/raw-event.ts';

export interface RunOptions {
  readonly pipeline: Pipeline;
  readonly events: AsyncIterable<readonly RawEvent[]>;
  readonly output: Publisher;
  readonly side: Publisher;
  /** Records that are folded, committed and fired together. */
  readonly batchSize: number;
  /** Called after every batch with what was read up to there. */
  readonly onBatch?: (records: number) => void;
}

export interface RunResult {
  /** Records handed to the pipeline. */
  readonly records: number;
  /** Events that were in them, as they were read. */
  readonly events: number;
  /** The watermark when the input ended, before everything left was fired. */
  readonly watermark: EventTime;
  /** After the drain. */
  readonly report: FireReport;
}

const SHARD = 'shardId-000000000000' as ShardId;

/** Runs a pipeline over an input to its end: the code that runs in Lambda, on logs in memory. */
export async function runPipeline({ pipeline, events, output, side, batchSize, onBatch }: RunOptions): Promise<RunResult> {
  const logStore = new MemoryLogStore();
  const ingest = new Ingest(pipeline, { logStore, sideStream: side, clock: systemClock, timer: systemTimer });
  const fire = new FireLanes(
    pipeline,
    {
      logStore,
      outputStream: output,
      sideStream: side,
      shards: fixedShards(SHARD),
      shardProbe: busyShards,
      clock: systemClock,
    },
    { snapshots: NO_SNAPSHOTS },
  );

  let records = 0;
  let read = 0;
  let watermark: EventTime | undefined;
  for await (const batch of inBatches(events, batchSize)) {
    const arrivedAtMs = systemClock.nowMs();
    const delivered = batch.map(
      ({ data, encoding }): InputRecord => ({
        sequenceNumber: String(++records) as SequenceNumber,
        partitionKey: '',
        arrivedAtMs,
        data,
        encoding,
      }),
    );
    read += (await ingest.ingest(SHARD, delivered)).counts.read;
    ({ watermark } = await fire.fire());
    // Whatever has been read is in the memory of `fire`; nobody else will ever ask for it.
    for (const log of logStore.names) logStore.trim(log, Number.POSITIVE_INFINITY as Position);
    onBatch?.(records);
  }
  watermark ??= (await fire.fire()).watermark;
  return { records, events: read, watermark, report: await fire.drain() };
}

async function* inBatches(events: AsyncIterable<readonly RawEvent[]>, size: number): AsyncGenerator<RawEvent[]> {
  let batch: RawEvent[] = [];
  for await (const some of events) {
    for (const event of some) {
      batch.push(event);
      if (batch.length === size) {
        yield batch;
        batch = [];
      }
    }
  }
  if (batch.length > 0) yield batch;
}
