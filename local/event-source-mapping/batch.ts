import { PAYLOAD_BYTES_MAX } from '../lambda/invocation.ts';
import type { MappingConfiguration } from './configuration.ts';
import { type DeliverableRecord, EVENT_ENVELOPE_BYTES } from './kinesis-event.ts';

/** Records of one shard that are delivered together, in order, and what they have cost so far. */
export interface Batch {
  readonly records: readonly DeliverableRecord[];
  readonly retriesUsed: number;
  readonly invocations: number;
}

/** What has been read and not been delivered yet. */
export interface BufferState {
  readonly records: readonly DeliverableRecord[];
  /** Since the first of these records could have been delivered. */
  readonly waitedMs: number;
  /** No more will come: the shard is closed and read to its end. */
  readonly ended: boolean;
}

/** How many records at the front make the next batch: bounded by the batch size and by the payload, at least one. */
export function batchLength(records: readonly DeliverableRecord[], { batchSize }: MappingConfiguration): number {
  let payloadBytes = EVENT_ENVELOPE_BYTES;
  let length = 0;
  for (const record of records) {
    payloadBytes += record.payloadBytes + 1;
    if (length === batchSize || (length > 0 && payloadBytes > PAYLOAD_BYTES_MAX)) break;
    length += 1;
  }
  return length;
}

/** A batch is delivered when it is full, when its window is over, or when nothing can be added any more. */
export function isBatchDue({ records, waitedMs, ended }: BufferState, configuration: MappingConfiguration): boolean {
  if (records.length === 0) return false;
  if (ended || waitedMs >= configuration.batchWindowMs || records.length >= configuration.batchSize) return true;
  return batchLength(records, configuration) < records.length;
}

/** The leading records that are past the maximum age, which are discarded instead of delivered, and the others. */
export function splitByAge(
  batch: Batch,
  nowMs: number,
  { maximumRecordAgeSeconds }: MappingConfiguration,
): { expired: Batch | undefined; live: Batch | undefined } {
  if (maximumRecordAgeSeconds === -1) return { expired: undefined, live: batch };
  const oldestMs = nowMs - maximumRecordAgeSeconds * 1_000;
  const firstLive = batch.records.findIndex((record) => record.arrivedAtMs >= oldestMs);
  if (firstLive === -1) return { expired: batch, live: undefined };
  if (firstLive === 0) return { expired: undefined, live: batch };
  return {
    expired: { ...batch, records: batch.records.slice(0, firstLive) },
    live: { ...batch, records: batch.records.slice(firstLive) },
  };
}
