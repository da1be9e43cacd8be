import type { Batch } from '../../../local/event-source-mapping/batch.ts';
import { type DeliverableRecord, deliverableRecord } from '../../../local/event-source-mapping/kinesis-event.ts';

export const STREAM_ARN = 'arn:aws:kinesis:eu-west-1:000000000000:stream/events';

/** Records with the sequence numbers 1, 2, 3 …, which arrived one second apart from second 0 on. */
export function recordsOf(count: number, dataBytes = 1): DeliverableRecord[] {
  return Array.from({ length: count }, (_, index) =>
    deliverableRecord(
      {
        shardId: 'shardId-000000000000',
        sequenceNumber: String(index + 1),
        partitionKey: 'key',
        data: new Uint8Array(dataBytes),
        arrivedAtMs: index * 1_000,
      },
      STREAM_ARN,
    ),
  );
}

export function batchOf(count: number, spent: Partial<Batch> = {}): Batch {
  return { records: recordsOf(count), retriesUsed: 0, invocations: 0, ...spent };
}

export function sequenceNumbersOf({ records }: { records: readonly DeliverableRecord[] }): string {
  return records.map((record) => record.event.kinesis.sequenceNumber).join(' ');
}
