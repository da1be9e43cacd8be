import type { KinesisClient } from '@aws-sdk/client-kinesis';
import { inBatches, type StreamEvent } from '../shared/adapters/kinesis/put-batches.ts';
import { putBatch } from '../shared/adapters/kinesis/put-records.ts';

export interface ProducerOptions {
  readonly kinesis: KinesisClient;
  readonly streamName: string;
  /** As fast as the stream takes them when absent. What an interruption delayed is caught up with afterwards. */
  readonly eventsPerSecond?: number;
  /** Called after every batch. */
  readonly onProgress?: (counts: ProducerCounts) => void;
}

export interface ProducerCounts {
  /** Events that the stream has taken. */
  readonly sentCount: number;
  /** Entries that were put again, because the stream had refused them or its answer was lost. */
  readonly retriedCount: number;
}

/**
 * Puts the events on the stream and resolves when the last one is there, or soon after the signal: what has been read from `events` and is
 * not on its way yet is then dropped. Holds one batch at a time; the next one waits until every entry of this one is in, so that events of
 * one partition key keep their order from batch to batch.
 *
 * @throws what cannot get better by waiting (no such stream, no permission), and what `events` throws.
 */
export async function produce(
  { kinesis, streamName, eventsPerSecond = Infinity, onProgress }: ProducerOptions,
  events: Iterable<StreamEvent> | AsyncIterable<StreamEvent>,
  signal?: AbortSignal,
): Promise<ProducerCounts> {
  let counts: ProducerCounts = { sentCount: 0, retriedCount: 0 };
  for await (const batch of inBatches(events, { eventsPerSecond, ...(signal && { signal }) })) {
    const { retriedCount, putCount } = await putBatch(kinesis, streamName, batch, signal);
    counts = { sentCount: counts.sentCount + putCount, retriedCount: counts.retriedCount + retriedCount };
    onProgress?.(counts);
  }
  return counts;
}
