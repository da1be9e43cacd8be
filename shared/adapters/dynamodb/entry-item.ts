import { Buffer } from 'node:buffer';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { CorruptEntryError, FORMAT_VERSION } from '../../log/frame.ts';
import type { LogName } from '../../log/keys.ts';
import type { Position } from '../../log/position.ts';
import type { LogEntry, PositionedEntry } from '../../log/log-entry.ts';

/** A payload that stands in items of its own, because it is too large for one. */
export interface ChunkReference {
  readonly kind: 'chunks';
  readonly digest: string;
  readonly count: number;
}

/** A payload that is an object, because that is cheaper. */
export interface ObjectReference {
  readonly kind: 'object';
  readonly address: string;
  readonly bytes: number;
}

/** Where a payload stands that is not in the item. */
export type PayloadReference = ChunkReference | ObjectReference;

/** A log entry as an item. Names are short because every item is billed for them. */
export type EntryItem = Record<string, AttributeValue> & {
  readonly pk: AttributeValue.SMember;
  readonly n: AttributeValue.NMember;
};

// DynamoDB takes 400 KB an item; the keys and the names need room, too.
const INLINE_BYTES_MAX = 350 * 1024;

// The header of an epoch names every shard that was ever read: without packing, 1,700 of them would fill an item for good. Smaller ones stay readable.
const HEADER_PLAIN_BYTES_MAX = 16 * 1024;
const HEADER_BYTES_MAX = 64 * 1024 * 1024;

/** What an entry brings to an item. Its header counts. */
export function entryBytes(entry: LogEntry): number {
  return bytesOfHeader(toHeader(entry)) + entry.payload.length;
}

/** Whether an entry fits into one item. */
export function fitsInline(entry: LogEntry, inlineBytesMax = INLINE_BYTES_MAX): boolean {
  return entryBytes(entry) <= inlineBytesMax;
}

export function toItem(
  log: LogName,
  position: Position,
  entry: LogEntry,
  reference: PayloadReference | undefined,
  expiresAtS: number,
): EntryItem {
  return {
    pk: { S: log },
    n: { N: String(position) },
    v: { N: String(FORMAT_VERSION) },
    ...toHeader(entry),
    ...(reference === undefined ? { b: { B: entry.payload } } : toAttributes(reference)),
    x: { N: String(expiresAtS) },
  };
}

/** As text, or packed. */
type HeaderAttributes = { readonly h: AttributeValue.SMember } | { readonly z: AttributeValue.BMember };

function toHeader({ header }: LogEntry): HeaderAttributes {
  return Buffer.byteLength(header) <= HEADER_PLAIN_BYTES_MAX ? { h: { S: header } } : { z: { B: zstdCompressSync(header) } };
}

function bytesOfHeader(header: HeaderAttributes): number {
  return 'h' in header ? Buffer.byteLength(header.h.S) : header.z.B.length;
}

function headerOf({ h, z }: EntryItem, place: string): string | undefined {
  if (z?.B === undefined) return h?.S;
  try {
    return zstdDecompressSync(z.B, { maxOutputLength: HEADER_BYTES_MAX }).toString('utf8');
  } catch (error) {
    throw new CorruptEntryError(`${place} has a header that cannot be decompressed`, { cause: error });
  }
}

function toAttributes(reference: PayloadReference): Record<string, AttributeValue> {
  return reference.kind === 'chunks'
    ? { d: { S: reference.digest }, c: { N: String(reference.count) } }
    : { o: { S: reference.address }, s: { N: String(reference.bytes) } };
}

export function referenceOf({ d, c, o, s }: EntryItem): PayloadReference | undefined {
  if (d?.S !== undefined) return { kind: 'chunks', digest: d.S, count: Number(c?.N) };
  if (o?.S !== undefined) return { kind: 'object', address: o.S, bytes: Number(s?.N) };
  return undefined;
}

/**
 * An entry, without its payload where that stands elsewhere.
 *
 * @throws {CorruptEntryError} when it is not an entry of a version that this one reads.
 */
export function fromItem(item: EntryItem): PositionedEntry {
  const place = `${item.pk.S} at ${item.n.N}`;
  if (item.v?.N !== String(FORMAT_VERSION)) {
    throw new CorruptEntryError(
      `${place} has format version ${item.v?.N}; this version reads ${FORMAT_VERSION}: deploy the version that wrote it`,
    );
  }
  const header = headerOf(item, place);
  if (header === undefined || (item.b?.B === undefined && referenceOf(item) === undefined))
    throw new CorruptEntryError(`${place} lacks its header or its payload`);
  return { position: Number(item.n.N) as Position, header, payload: item.b?.B ?? new Uint8Array() };
}
