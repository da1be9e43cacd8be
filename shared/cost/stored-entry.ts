import type { Workload } from './workload.ts';

/** What it takes to append one entry to a log, and to keep it. */
export interface StoredEntry {
  readonly writeUnits: number;
  /** Of the look whether its position is free. */
  readonly readUnits: number;
  /** Requests to the table. */
  readonly requests: number;
  readonly tableBytes: number;
  /** 1 where the payload is an object of its own, else 0. */
  readonly objects: number;
  readonly objectBytes: number;
}

/** What is appended to the logs, by kind. */
export interface Entries {
  readonly commit: StoredEntry;
  readonly epoch: StoredEntry;
  /** An epoch that nothing leaves with. */
  readonly standstill: StoredEntry;
  /** That an epoch was published. */
  readonly mark: StoredEntry;
  readonly snapshot: StoredEntry;
}

const WRITE_UNIT_BYTES = 1_024;
const READ_UNIT_BYTES = 4_096;
// As in the store: from how many bytes on an entry looks first, stands in chunks, or has its payload in S3.
const LOOK_FROM_BYTES = 4 * 1_024;
export const CHUNKED_FROM_BYTES = 350 * 1_024;
const CHUNK_BYTES = 380 * 1_024;
const CHUNK_BASE_BYTES = 160;
export const OBJECT_FROM_BYTES = 9 * 1_024;
// Of the object's address, or of the digest of chunks.
const REFERENCE_BYTES = 200;
// DynamoDB counts it for every item that it stores.
const INDEX_BYTES = 100;

/**
 * @param baseBytes Of the item without its payload: keys, attributes, header.
 * @param payloadBytes As packed.
 */
export function storedEntry(baseBytes: number, payloadBytes: number, largePayloads: Workload['largePayloads']): StoredEntry {
  const bytes = baseBytes + payloadBytes;
  const looks = bytes >= LOOK_FROM_BYTES;
  const inTable = (tableBytes: number, items: number, units: number, objects: number): StoredEntry => ({
    writeUnits: units,
    readUnits: looks ? 1 : 0,
    requests: items + (looks ? 1 : 0),
    tableBytes: tableBytes + items * INDEX_BYTES,
    objects,
    objectBytes: objects * payloadBytes,
  });
  const reference = baseBytes + REFERENCE_BYTES;
  if (largePayloads === 's3' && payloadBytes >= OBJECT_FROM_BYTES) return inTable(reference, 1, writeUnits(reference), 1);
  if (bytes <= CHUNKED_FROM_BYTES) return inTable(bytes, 1, writeUnits(bytes), 0);
  const chunks = Math.ceil(payloadBytes / CHUNK_BYTES);
  const units = chunks * writeUnits(payloadBytes / chunks + CHUNK_BASE_BYTES) + writeUnits(reference);
  return inTable(payloadBytes + chunks * CHUNK_BASE_BYTES + reference, chunks + 1, units, 0);
}

function writeUnits(bytes: number): number {
  return Math.ceil(bytes / WRITE_UNIT_BYTES);
}

/** Of an eventually consistent read, at half price, that finds so many bytes; of one that finds nothing, too. */
export function readUnits(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / READ_UNIT_BYTES)) / 2;
}
