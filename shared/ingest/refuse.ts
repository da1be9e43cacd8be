import type { ShardId } from '../log/keys.ts';
import type { RecordRefusal } from '../log/refusal.ts';
import type { EventTime } from '../time/event-time.ts';
import type { FoldedBatch } from './batch-fold.ts';
import { type InputRecord, rawBase64 } from './input-record.ts';

// Kinesis takes 1 MiB a record by default, while a payload may have ten: it goes out in parts that leave room for what stands around it.
const DATA_LENGTH_MAX = 900_000;
// Messages of what users' functions throw may quote anything.
const MESSAGE_LENGTH_MAX = 500;

/** The documents for the side stream: every refused record, whole, with its reason and place. */
export function refusalsOf(pipeline: string, shard: ShardId, { invalid, late }: FoldedBatch, watermark: EventTime): RecordRefusal[] {
  const refuse = (record: InputRecord, why: Pick<RecordRefusal, 'kind' | 'reason' | 'windows' | 'watermark'>): RecordRefusal[] =>
    inParts(rawBase64(record)).map((part) => ({
      id: placeOf(shard, record),
      pipeline,
      ...why,
      partitionKey: record.partitionKey,
      arrivedAtMs: record.arrivedAtMs,
      ...part,
    }));
  return [
    ...invalid.flatMap(({ record, problem }) =>
      refuse(record, { kind: 'invalid', reason: { code: problem.code, message: problem.message.slice(0, MESSAGE_LENGTH_MAX) } }),
    ),
    ...late.flatMap(({ record, windows }) =>
      refuse(record, {
        kind: 'late',
        reason: { code: 'late', message: 'the watermark had passed the end and the allowed lateness of every window it belongs to' },
        windows,
        watermark,
      }),
    ),
  ];
}

function placeOf(shard: ShardId, { sequenceNumber, index }: InputRecord): string {
  return index === undefined ? `${shard}:${sequenceNumber}` : `${shard}:${sequenceNumber}:${index}`;
}

function inParts(data: string): Pick<RecordRefusal, 'data' | 'part'>[] {
  const of = Math.ceil(data.length / DATA_LENGTH_MAX);
  if (of <= 1) return [{ data }];
  return Array.from({ length: of }, (_, index) => ({
    part: { number: index + 1, of },
    data: data.slice(index * DATA_LENGTH_MAX, (index + 1) * DATA_LENGTH_MAX),
  }));
}
