import { Buffer } from 'node:buffer';
import { crc32, zstdCompressSync, zstdDecompressSync, constants } from 'node:zlib';
import type { Position } from './position.ts';

/**
 * The version of everything that is stored; a reader refuses every other. Whatever an older reader would get wrong raises it: a field that it would not heed as much
 * as bytes that it could not read.
 */
export const FORMAT_VERSION = 3;

const COMPRESSION = { none: 0, zstd: 1, zstdParts: 2 } as const;
const CHECKSUM_AT = 2;
const HEADER_BYTES = 6;
const PART_LENGTH_BYTES = 4;
const COMPRESS_FROM_BYTES = 64;
// No payload of ours comes near: a bound for what damaged or hostile bytes may unfold into.
const UNFRAMED_BYTES_MAX = 1 << 30;

/** Stored bytes that are not what was written, or that a newer version wrote. Nothing may be concluded from them: stop, and tell someone. */
export class CorruptEntryError extends Error {
  override readonly name = 'CorruptEntryError';
  /** Where in its log it stands, if that is known: an entry behind it may take its place. */
  readonly position: Position | undefined;

  constructor(message: string, options: ErrorOptions & { readonly position?: Position } = {}) {
    super(message, options);
    this.position = options.position;
  }
}

/**
 * Packs a payload for storage: format version (1 byte), compression (1 byte), CRC-32 of `header`, those two bytes and the payload (4 bytes,
 * little-endian), then the payload, compressed where that pays.
 *
 * @param header The text stored beside the payload; the checksum covers both.
 */
export function frame(header: string, payload: Uint8Array): Uint8Array {
  const pays = payload.length >= COMPRESS_FROM_BYTES;
  return framedAs(pays ? COMPRESSION.zstd : COMPRESSION.none, header, [pays ? zstd(payload) : payload]);
}

/**
 * Packs a payload that comes in parts likewise, of which no two are held at a time: several are compressed one by one, each with its compressed length before it (4 bytes).
 *
 * @param writeParts Adds one part after the other; whose bytes they are may use them again.
 */
export function frameParts(header: string, writeParts: (add: (part: Uint8Array) => void) => void): Uint8Array {
  let only: Uint8Array | undefined;
  const compressed: Uint8Array[] = [];
  const compress = (part: Uint8Array) => {
    const body = zstd(part);
    const length = Buffer.allocUnsafe(PART_LENGTH_BYTES);
    length.writeUInt32LE(body.length);
    compressed.push(length, body);
  };
  writeParts((part) => {
    if (only === undefined && compressed.length === 0) {
      only = Uint8Array.from(part);
      return;
    }
    if (only !== undefined) compress(only);
    only = undefined;
    compress(part);
  });
  return compressed.length === 0 ? frame(header, only ?? new Uint8Array()) : framedAs(COMPRESSION.zstdParts, header, compressed);
}

/** @throws {CorruptEntryError} when version, checksum or compression do not fit. */
export function unframe(header: string, framed: Uint8Array): Uint8Array {
  const parts = [...unframeParts(header, framed)];
  return parts.length === 1 ? (parts[0] as Uint8Array) : Buffer.concat(parts);
}

/** The parts of a payload, one or several; who needs no two of them at a time never has two in memory. Throws like {@link unframe}, nothing being checked before the first is asked for. */
export function* unframeParts(header: string, framed: Uint8Array): Generator<Uint8Array> {
  const bytes = intact(header, framed);
  const body = bytes.subarray(HEADER_BYTES);
  switch (bytes[1] as number) {
    case COMPRESSION.none:
      yield body;
      return;
    case COMPRESSION.zstd:
      yield decompressed(body, UNFRAMED_BYTES_MAX);
      return;
    case COMPRESSION.zstdParts:
      for (let at = 0, left = UNFRAMED_BYTES_MAX; at < body.length; ) {
        const from = at + PART_LENGTH_BYTES;
        at = from + (from <= body.length ? body.readUInt32LE(from - PART_LENGTH_BYTES) : 0);
        if (from > body.length || at > body.length) throw new CorruptEntryError('a part of a payload goes on behind its end');
        const part = decompressed(body.subarray(from, at), left);
        left -= part.length;
        yield part;
      }
      return;
    default:
      throw new CorruptEntryError(`a payload is compressed as ${bytes[1]}, which this version does not know`);
  }
}

function framedAs(compression: number, header: string, body: readonly Uint8Array[]): Uint8Array {
  const framed = Buffer.concat([Buffer.allocUnsafe(HEADER_BYTES), ...body]);
  framed[0] = FORMAT_VERSION;
  framed[1] = compression;
  framed.writeUInt32LE(checksum(header, framed), CHECKSUM_AT);
  return framed;
}

function zstd(bytes: Uint8Array): Uint8Array {
  return zstdCompressSync(bytes, { params: { [constants.ZSTD_c_compressionLevel]: 1 } });
}

function decompressed(body: Uint8Array, bytesMax: number): Uint8Array {
  try {
    return zstdDecompressSync(body, { maxOutputLength: bytesMax });
  } catch (error) {
    throw new CorruptEntryError(`a payload of ${body.length} bytes cannot be decompressed`, { cause: error });
  }
}

/**
 * Checks a header by the payload that it stands beside, without unpacking that.
 *
 * @throws {CorruptEntryError} when one of them is not what was written.
 */
export function assertIntact(header: string, framed: Uint8Array): void {
  intact(header, framed);
}

function intact(header: string, framed: Uint8Array): Buffer {
  const bytes = Buffer.from(framed.buffer, framed.byteOffset, framed.byteLength);
  if (bytes.length < HEADER_BYTES) throw new CorruptEntryError(`a payload of ${bytes.length} bytes is shorter than its own header`);
  if (bytes[0] !== FORMAT_VERSION) {
    throw new CorruptEntryError(
      `a payload has format version ${bytes[0]}; this version reads ${FORMAT_VERSION}: deploy the version that wrote it`,
    );
  }
  if (bytes.readUInt32LE(CHECKSUM_AT) !== checksum(header, bytes)) throw new CorruptEntryError('a payload does not fit its checksum');
  return bytes;
}

/** Of everything but the checksum itself. */
function checksum(header: string, framed: Uint8Array): number {
  return crc32(framed.subarray(HEADER_BYTES), crc32(framed.subarray(0, CHECKSUM_AT), crc32(header)));
}
