import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { InvalidRecord } from './invalid-record.ts';
import { bytesField, MessageReader, varintField } from './message-reader.ts';

/** One of the records that the Kinesis Producer Library has put into one. */
export interface UserRecord {
  readonly partitionKey: string;
  /** Where its data are in the message, `[from, to)`: a view of them would cost as much as reading them. */
  readonly from: number;
  readonly to: number;
}

/** Its key may stand behind it. */
interface Unplaced {
  readonly keyIndex: number;
  readonly from: number;
  readonly to: number;
}

const MAGIC = Buffer.from([0xf3, 0x89, 0x9a, 0xc2]);
const DIGEST_BYTES = 16;
// 256 characters, as Kinesis allows, of which each may have two units. Every event that is refused says its own.
const KEY_LENGTH_MAX = 512;
// https://github.com/awslabs/amazon-kinesis-producer/blob/master/aggregation-format.md
const AGGREGATED = { partitionKey: bytesField(1), record: bytesField(3) } as const;
const RECORD = { partitionKeyIndex: varintField(1), data: bytesField(3) } as const;

/** Whether a payload begins as the library's do: four bytes that no UTF-8 text begins with, then a message and its MD5. */
export function isAggregated(payload: Buffer): boolean {
  return payload.length >= MAGIC.length + DIGEST_BYTES && payload.subarray(0, MAGIC.length).equals(MAGIC);
}

/** What stands between the four bytes and the MD5. */
export function messageIn(payload: Buffer): Buffer {
  const message = payload.subarray(MAGIC.length, -DIGEST_BYTES);
  if (!createHash('md5').update(message).digest().equals(payload.subarray(-DIGEST_BYTES))) throw damaged('its MD5 does not fit');
  return message;
}

/**
 * The records in the message of an aggregated one, in their order. What they hold is not looked at.
 *
 * @param countMax More are refused.
 * @throws {InvalidRecord} when it is not what the library writes.
 */
export function userRecords(message: Buffer, countMax: number): readonly UserRecord[] {
  try {
    return readMessage(message, countMax);
  } catch (error) {
    if (error instanceof RangeError) throw damaged(error.message);
    throw error;
  }
}

function readMessage(message: Buffer, countMax: number): UserRecord[] {
  const keys: string[] = [];
  const records: Unplaced[] = [];
  const reader = new MessageReader(message);
  while (reader.at < message.length) {
    const field = reader.varint();
    if (field === AGGREGATED.partitionKey) keys.push(readKey(reader));
    else if (field === AGGREGATED.record) records.push(readRecord(reader));
    else reader.skip(field);
    if (records.length > countMax) throw new InvalidRecord('packed', `the record holds more than ${countMax} others`);
  }
  return records.map(({ keyIndex, from, to }) => {
    const partitionKey = keys[keyIndex];
    if (partitionKey === undefined) throw damaged(`a record has partition key ${keyIndex} of ${keys.length}`);
    return { partitionKey, from, to };
  });
}

function readKey(reader: MessageReader): string {
  const key = reader.text();
  if (key.length > KEY_LENGTH_MAX) throw damaged(`it has a partition key of ${key.length} characters`);
  return key;
}

function readRecord(reader: MessageReader): Unplaced {
  let keyIndex = 0;
  let [from, to] = [-1, -1];
  const end = reader.end();
  while (reader.at < end) {
    const field = reader.varint();
    if (field === RECORD.partitionKeyIndex) keyIndex = reader.varint();
    else if (field === RECORD.data) {
      to = reader.end();
      from = reader.at;
      reader.at = to;
    } else reader.skip(field);
  }
  if (reader.at > end) throw damaged('a record is longer than it says');
  if (from === -1) throw damaged('a record has no data');
  return { keyIndex, from, to };
}

function damaged(why: string): InvalidRecord {
  return new InvalidRecord('packed', `the record is aggregated (KPL), and cannot be read: ${why}`);
}
