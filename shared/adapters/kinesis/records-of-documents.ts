import { Buffer } from 'node:buffer';
import { hash } from 'node:crypto';
import type { OutputRecord } from '../../ports/publisher.ts';

/** A record as `PutRecords` takes it. */
export interface StreamRecord {
  readonly PartitionKey: string;
  readonly ExplicitHashKey?: string;
  readonly Data: Uint8Array;
}

/** Every document a record of its own. */
export function* oneEach(documents: readonly OutputRecord[]): Generator<StreamRecord> {
  for (const { partitionKey, json } of documents) yield { PartitionKey: partitionKey, Data: Buffer.from(json, 'utf8') };
}

// Part of what consumers rely on: with another number a document that comes again may come on another shard.
const BUCKET_BITS = 6;
const BUCKETS = 2 ** BUCKET_BITS;
const HASH_BITS = 128n;
// Kinesis charges by 25 KB of a record, with its key; a larger one saves nothing.
const RECORD_BYTES_MAX = 25_000 - String(BUCKETS).length;

/**
 * Documents packed: some in a record, a line each, in their order. All of one partition key go through one of 64 buckets, each with a hash key of its own, so they
 * stay in order, and one that is sent again goes to the shard where it was. The bucket is the beginning of the hash by which Kinesis would place
 * the key alone: as long as no shard ends within a bucket, packed or not makes no difference to where a document goes.
 */
export function* packed(documents: readonly OutputRecord[]): Generator<StreamRecord> {
  const packs = new Map<number, { lines: string[]; bytes: number }>();
  for (const { partitionKey, json } of documents) {
    const bucket = bucketOf(partitionKey);
    const bytes = Buffer.byteLength(json) + 1;
    const pack = packs.get(bucket);
    if (pack !== undefined && pack.bytes + bytes <= RECORD_BYTES_MAX) {
      pack.lines.push(json);
      pack.bytes += bytes;
    } else {
      if (pack !== undefined) yield recordOf(bucket, pack.lines);
      packs.set(bucket, { lines: [json], bytes });
    }
  }
  for (const [bucket, { lines }] of packs) yield recordOf(bucket, lines);
}

function bucketOf(partitionKey: string): number {
  return (hash('md5', partitionKey, 'buffer')[0] as number) >> (8 - BUCKET_BITS);
}

function recordOf(bucket: number, lines: readonly string[]): StreamRecord {
  return { PartitionKey: String(bucket), ExplicitHashKey: HASH_KEYS[bucket] as string, Data: Buffer.from(lines.join('\n'), 'utf8') };
}

/** The middle of every bucket. */
const HASH_KEYS = Array.from({ length: BUCKETS }, (_each, bucket) => {
  const width = 1n << (HASH_BITS - BigInt(BUCKET_BITS));
  return String(BigInt(bucket) * width + width / 2n);
});
