/** What gzip begins with (RFC 1952). */
export const GZIP_MAGIC: readonly number[] = [0x1f, 0x8b];

/** Whether bytes look like gzip from a place on. */
export function isGzip(bytes: Uint8Array, at = 0): boolean {
  return GZIP_MAGIC.every((byte, index) => bytes[at + index] === byte);
}
