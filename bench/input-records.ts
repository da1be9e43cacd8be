import type { InputRecord } from '../shared/ingest/input-record.ts';
import type { SequenceNumber } from '../shared/log/sequence-number.ts';

/** Payloads as ingest takes them: records of one shard, numbered from `first` on. */
export function inputRecords(payloads: readonly string[], arrivedAtMs: number, first: bigint): InputRecord[] {
  return payloads.map((data, index) => ({
    sequenceNumber: String(first + BigInt(index)) as SequenceNumber,
    partitionKey: 'any',
    arrivedAtMs,
    data,
    encoding: 'utf8',
  }));
}
