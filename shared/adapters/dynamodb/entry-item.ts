import { Buffer } from 'node:buffer';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { CorruptEntryError, FORMAT_VERSION } from '../../log/frame.ts';
import type { LogName } from '../../log/keys.ts';
import type { Position } from '../../log/position.ts';
import type { LogEntry, PositionedEntry } from '../../log/log-entry.ts';

/** A payload that stands in items of its own, because it is too large for one. */
export interface ChunkReference {
  readonly digest: string;
  readonly count: number;
}

/** A log entry as an item. Names are short because every item is billed for them. */
export type EntryItem = Record<string, AttributeValue> & {
  readonly pk: AttributeValue.SMember;
  readonly n: AttributeValue.NMember;
};

// DynamoDB takes 400 KB an item; the keys and the names need room, too.
const INLINE_BYTES_MAX = 350 * 1024;

/** What an entry brings to an item. Its header counts: that of an epoch names every shard. */
export function entryBytes({ header, payload }: LogEntry): number {
  return Buffer.byteLength(header) + payload.length;
}

/** Whether an entry fits into one item. */
export function fitsInline(entry: LogEntry, inlineBytesMax = INLINE_BYTES_MAX): boolean {
  return entryBytes(entry) <= inlineBytesMax;
}

export function toItem(
  log: LogName,
  position: Position,
  entry: LogEntry,
  chunks: ChunkReference | undefined,
  expiresAtS: number,
): EntryItem {
  return {
    pk: { S: log },
    n: { N: String(position) },
    v: { N: String(FORMAT_VERSION) },
    h: { S: entry.header },
    ...(chunks === undefined ? { b: { B: entry.payload } } : { d: { S: chunks.digest }, c: { N: String(chunks.count) } }),
    x: { N: String(expiresAtS) },
  };
}

/** @throws {CorruptEntryError} when it is not an entry of a version that this one reads. */
export function fromItem(item: EntryItem): { entry: PositionedEntry; chunks: ChunkReference | undefined } {
  const place = `${item.pk.S} at ${item.n.N}`;
  if (item.v?.N !== String(FORMAT_VERSION)) {
    throw new CorruptEntryError(
      `${place} has format version ${item.v?.N}; this version reads ${FORMAT_VERSION}: deploy the version that wrote it`,
    );
  }
  const chunks = item.d?.S === undefined ? undefined : { digest: item.d.S, count: Number(item.c?.N) };
  if (item.h?.S === undefined || (item.b?.B === undefined && chunks === undefined))
    throw new CorruptEntryError(`${place} lacks its header or its payload`);
  return { entry: { position: Number(item.n.N) as Position, header: item.h.S, payload: item.b?.B ?? new Uint8Array() }, chunks };
}
