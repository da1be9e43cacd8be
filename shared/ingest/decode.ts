import { Buffer, isUtf8 } from 'node:buffer';
import { InvalidRecord } from './invalid-record.ts';

/**
 * The event in the text of a payload: JSON.
 *
 * @throws {InvalidRecord} when it is not JSON.
 */
export function decode(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InvalidRecord('json', `the payload is not JSON: ${(error as SyntaxError).message}`);
  }
}

/**
 * The text of one payload.
 *
 * @throws {InvalidRecord} when it is not base64 or not UTF-8.
 */
export function decodeBase64(data: string): string {
  const bytes = Buffer.from(data, 'base64');
  // Node skips what is not base64; then fewer bytes come out than the length of the text announces.
  if (bytes.length !== Buffer.byteLength(data, 'base64')) throw new InvalidRecord('base64', 'the payload is not base64');
  return decodeUtf8(bytes);
}

/** @throws {InvalidRecord} when it is not UTF-8. */
export function decodeUtf8(bytes: Buffer): string {
  if (!isUtf8(bytes)) throw new InvalidRecord('utf8', 'the payload is not UTF-8 text');
  return bytes.toString('utf8');
}
