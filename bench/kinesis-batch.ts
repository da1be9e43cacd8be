import { Buffer } from 'node:buffer';
import type { KinesisStreamEvent, KinesisStreamRecord } from 'aws-lambda';

type Payload = string | Uint8Array;

/** As long as Kinesis makes them. */
export const FIRST_SEQUENCE_NUMBER = 10n ** 55n;

const SHARD = 'shardId-000000000000';

/** What Lambda sends to the function of an event source mapping for these payloads of one shard, numbered from `firstSequenceNumber` on: the text. */
export function kinesisBatch(payloads: readonly Payload[], arrivedAtMs: number, firstSequenceNumber: bigint): string {
  return JSON.stringify(kinesisEvent(payloads, arrivedAtMs, firstSequenceNumber));
}

/** The same, as the handler gets it. */
export function kinesisEvent(
  payloads: readonly Payload[],
  arrivedAtMs: number,
  firstSequenceNumber: bigint,
  shard: string = SHARD,
): KinesisStreamEvent {
  return { Records: payloads.map((payload, index) => kinesisRecord(payload, arrivedAtMs, firstSequenceNumber + BigInt(index), shard)) };
}

function kinesisRecord(payload: Payload, arrivedAtMs: number, sequenceNumber: bigint, shard: string): KinesisStreamRecord {
  return {
    eventID: `${shard}:${sequenceNumber}`,
    eventName: 'aws:kinesis:record',
    eventSource: 'aws:kinesis',
    eventSourceARN: 'arn:aws:kinesis:us-east-1:123456789012:stream/events',
    eventVersion: '1.0',
    awsRegion: 'us-east-1',
    invokeIdentityArn: 'arn:aws:iam::123456789012:role/ingest',
    kinesis: {
      data: Buffer.from(payload).toString('base64'),
      partitionKey: String(sequenceNumber % 1_000n),
      sequenceNumber: String(sequenceNumber),
      approximateArrivalTimestamp: arrivedAtMs / 1_000,
      kinesisSchemaVersion: '1.0',
    },
  };
}
