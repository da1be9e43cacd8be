import type { KinesisStreamEvent, KinesisStreamRecord } from 'aws-lambda';
import type { ShardRecord } from '../kinesis/shard-reader.ts';

/** A record as it goes into the event, with what the mapping needs to know of it. */
export interface DeliverableRecord {
  readonly event: KinesisStreamRecord;
  /** Bytes of the record as JSON in the event. */
  readonly payloadBytes: number;
  /** Epoch milliseconds. */
  readonly arrivedAtMs: number;
}

/** `{"Records":[]}` */
export const EVENT_ENVELOPE_BYTES = 14;

const INVOKE_IDENTITY_ARN = 'arn:aws:iam::000000000000:role/local-event-source-mapping';

/** The event for one invocation, exactly as Lambda sends it. */
export function kinesisEvent(records: readonly DeliverableRecord[]): KinesisStreamEvent {
  return { Records: records.map((record) => record.event) };
}

/** @param streamArn names the region as well: `arn:aws:kinesis:<region>:<account>:stream/<name>` */
export function deliverableRecord(record: ShardRecord, streamArn: string): DeliverableRecord {
  const event: KinesisStreamRecord = {
    kinesis: {
      kinesisSchemaVersion: '1.0',
      partitionKey: record.partitionKey,
      sequenceNumber: record.sequenceNumber,
      data: Buffer.from(record.data.buffer, record.data.byteOffset, record.data.byteLength).toString('base64'),
      approximateArrivalTimestamp: record.arrivedAtMs / 1_000,
    },
    eventSource: 'aws:kinesis',
    eventVersion: '1.0',
    eventID: `${record.shardId}:${record.sequenceNumber}`,
    eventName: 'aws:kinesis:record',
    invokeIdentityArn: INVOKE_IDENTITY_ARN,
    awsRegion: streamArn.split(':')[3] ?? '',
    eventSourceARN: streamArn,
  };
  return { event, payloadBytes: payloadBytesOf(event), arrivedAtMs: record.arrivedAtMs };
}

/** Length of the record's JSON without writing out the data, which is most of it and needs no escapes. */
function payloadBytesOf(event: KinesisStreamRecord): number {
  const withoutData = JSON.stringify({ ...event, kinesis: { ...event.kinesis, data: '' } });
  return Buffer.byteLength(withoutData) + event.kinesis.data.length;
}
