import { Buffer } from 'node:buffer';
import type { KinesisStreamEvent, KinesisStreamRecord } from 'aws-lambda';

/** What Lambda sends to the function of an event source mapping for these payloads of one shard, numbered from `firstSequenceNumber` on: the text. */
export function kinesisBatch(payloads: readonly (string | Uint8Array)[], arrivedAtMs: number, firstSequenceNumber: bigint): string {
  const event: KinesisStreamEvent = {
    Records: payloads.map((payload, index) => kinesisRecord(payload, arrivedAtMs, firstSequenceNumber + BigInt(index))),
  };
  return JSON.stringify(event);
}

function kinesisRecord(payload: string | Uint8Array, arrivedAtMs: number, sequenceNumber: bigint): KinesisStreamRecord {
  return {
    eventID: `shardId-000000000000:${sequenceNumber}`,
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
