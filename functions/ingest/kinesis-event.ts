import type { KinesisStreamEvent, KinesisStreamRecord } from 'aws-lambda';
import type { InputRecord } from '../../shared/ingest/input-record.ts';
import type { ShardId } from '../../shared/log/keys.ts';
import type { SequenceNumber } from '../../shared/log/sequence-number.ts';

/** The records of an event by the shard they come from. Lambda delivers one shard at a time; nothing here relies on it. */
export function recordsByShard(event: KinesisStreamEvent): Map<ShardId, InputRecord[]> {
  const shards = new Map<ShardId, InputRecord[]>();
  for (const record of event.Records) {
    const shard = shardOf(record);
    const records = shards.get(shard);
    if (records === undefined) shards.set(shard, [toInputRecord(record)]);
    else records.push(toInputRecord(record));
  }
  return shards;
}

/** `eventID` is `shardId:sequenceNumber`. */
function shardOf({ eventID }: KinesisStreamRecord): ShardId {
  return eventID.slice(0, eventID.indexOf(':')) as ShardId;
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
