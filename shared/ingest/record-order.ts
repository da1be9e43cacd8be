import { compareSequenceNumbers, type SequenceNumber } from '../log/sequence-number.ts';
import type { InputRecord } from './input-record.ts';

/** The records by their place in the shard, each once. */
export function inOrder(records: readonly InputRecord[]): readonly InputRecord[] {
  const ordered = records.every(
    (record, index) => index === 0 || compareSequenceNumbers((records[index - 1] as InputRecord).sequenceNumber, record.sequenceNumber) < 0,
  );
  if (ordered) return records;
  const bySequence = records.toSorted((a, b) => compareSequenceNumbers(a.sequenceNumber, b.sequenceNumber));
  return bySequence.filter((record, index) => bySequence[index - 1]?.sequenceNumber !== record.sequenceNumber);
}

/** The records behind a sequence number, of records in order. */
export function recordsAfter(ordered: readonly InputRecord[], last: SequenceNumber | undefined): readonly InputRecord[] {
  if (last === undefined) return ordered;
  const first = ordered.findIndex((record) => compareSequenceNumbers(record.sequenceNumber, last) > 0);
  return first === -1 ? [] : first === 0 ? ordered : ordered.slice(first);
}
