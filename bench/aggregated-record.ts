import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { ByteWriter } from '../shared/log/bytes.ts';

const MAGIC = Buffer.from([0xf3, 0x89, 0x9a, 0xc2]);

/** What the Kinesis Producer Library makes of payloads: one record. */
export function aggregatedRecord(payloads: readonly string[], partitionKeys: readonly string[]): Buffer {
  const message = new ByteWriter();
  for (const key of partitionKeys) field(message, 1, Buffer.from(key));
  for (const [index, payload] of payloads.entries()) {
    const record = new ByteWriter();
    record.varint(1 << 3);
    record.varint(index % partitionKeys.length);
    field(record, 3, Buffer.from(payload));
    field(message, 3, record.bytes());
  }
  const bytes = message.bytes();
  return Buffer.concat([MAGIC, bytes, createHash('md5').update(bytes).digest()]);
}

function field(message: ByteWriter, number: number, bytes: Uint8Array): void {
  message.varint((number << 3) | 2);
  message.varint(bytes.length);
  message.raw(bytes);
}
