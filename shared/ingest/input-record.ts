import { Buffer } from 'node:buffer';
import type { SequenceNumber } from '../log/sequence-number.ts';

/** A record of a shard as it was delivered, or one event of a record that holds several. */
export interface InputRecord {
  readonly sequenceNumber: SequenceNumber;
  readonly partitionKey: string;
  /** When it reached the stream, in epoch milliseconds. */
  readonly arrivedAtMs: number;
  readonly data: string;
  /** What `data` is: the text itself, or base64 of its bytes as Kinesis events carry it. */
  readonly encoding: 'utf8' | 'base64';
  /** Of a record that holds several events, which one this is, from 0. */
  readonly index?: number;
}

/** The raw payload, base64. */
export function rawBase64({ data, encoding }: InputRecord): string {
  return encoding === 'base64' ? data : Buffer.from(data, 'utf8').toString('base64');
}
