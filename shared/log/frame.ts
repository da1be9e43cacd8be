import { Buffer } from 'node:buffer';
import { crc32, zstdCompressSync, zstdDecompressSync, constants } from 'node:zlib';
import type { Position } from './position.ts';

/**
 * The version of everything that is stored; a reader refuses every other. Whatever an older reader would get wrong raises it: a field that it would not heed as much
 * as bytes that it could not read.
 */
export const FORMAT_VERSION = 3;

const COMPRESSION = { none: 0, zstd: 1 } as const;
const CHECKSUM_AT = 2;
const HEADER_BYTES = 6;
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
  const compress = payload.length >= COMPRESS_FROM_BYTES;
  const body = compress ? zstdCompressSync(payload, { params: { [constants.ZSTD_c_compressionLevel]: 1 } }) : payload;
  const framed = Buffer.allocUnsafe(HEADER_BYTES + body.length);
  framed[0] = FORMAT_VERSION;
  framed[1] = compress ? COMPRESSION.zstd : COMPRESSION.none;
  framed.set(body, HEADER_BYTES);
  framed.writeUInt32LE(checksum(header, framed), CHECKSUM_AT);
  return framed;
}

/** @throws {CorruptEntryError} when version, checksum or compression do not fit. */
export function unframe(header: string, framed: Uint8Array): Uint8Array {
  const bytes = intact(header, framed);
  const body = bytes.subarray(HEADER_BYTES);
  if (bytes[1] === COMPRESSION.none) return body;
  if (bytes[1] === COMPRESSION.zstd) return decompressed(body);
  throw new CorruptEntryError(`a payload is compressed as ${bytes[1]}, which this version does not know`);
}

function decompressed(body: Uint8Array): Uint8Array {
  try {
    return zstdDecompressSync(body, { maxOutputLength: UNFRAMED_BYTES_MAX });
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
