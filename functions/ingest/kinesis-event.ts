import type { KinesisStreamEvent, KinesisStreamRecord } from 'aws-lambda';
import type { InputRecord } from '../../shared/ingest/input-record.ts';
import type { ShardId } from '../../shared/log/keys.ts';
import type { SequenceNumber } from '../../shared/log/sequence-number.ts';

/** The records of an event by the shard they come from. Lambda delivers one shard at a time; nothing here relies on it. */
export function recordsByShard(event: KinesisStreamEvent): Map<ShardId, InputRecord[]> {
  const shards = new Map<ShardId, InputRecord[]>();
  let prefix: string | undefined;
  let records: InputRecord[] = [];
  for (const record of event.Records) {
    // `eventID` is `shardId:sequenceNumber`.
    if (prefix === undefined || !record.eventID.startsWith(prefix)) {
      const shard = record.eventID.slice(0, record.eventID.indexOf(':')) as ShardId;
      prefix = `${shard}:`;
      records = shards.get(shard) ?? [];
      shards.set(shard, records);
    }
    records.push(toInputRecord(record));
  }
  return shards;
}

function toInputRecord({ kinesis }: KinesisStreamRecord): InputRecord {
  return {
    sequenceNumber: kinesis.sequenceNumber as SequenceNumber,
    partitionKey: kinesis.partitionKey,
    // Lambda gives seconds with a fraction.
    arrivedAtMs: Math.round(kinesis.approximateArrivalTimestamp * 1000),
    data: kinesis.data,
    encoding: 'base64',
  };
}
