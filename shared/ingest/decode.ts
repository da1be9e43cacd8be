import { Buffer, isUtf8 } from 'node:buffer';
import { parseJson } from './bounded-json.ts';
import { isCloudEventBatch } from './cloud-events.ts';
import { InvalidRecord } from './invalid-record.ts';

// No JSON has this in it: a string holds no bare newline, and one object follows another only behind a comma.
const BETWEEN_LINES = '}\n{';
// Made once: finding out by a parse that fails, with an error and a stack, takes as long as reading several events.
const SEVERAL = new InvalidRecord('json', 'the payload is not JSON: it is several objects, and not one a line');
const BATCH = new InvalidRecord('json', 'the payload is a batch of CloudEvents in another record');

/**
 * The event in the text of a payload: JSON.
 *
 * @throws {InvalidRecord} when it is not JSON, holds too many values, or is several events.
 */
export function decode(text: string): unknown {
  if (text.includes(BETWEEN_LINES)) throw SEVERAL;
  const event = parseJson(text);
  if (isCloudEventBatch(event)) throw BATCH;
  return event;
}

/**
 * The text of one payload.
 *
 * @throws {InvalidRecord} when it is not base64 or not UTF-8.
 */
export function decodeBase64(data: string): string {
  return decodeUtf8(bytesOfBase64(data));
}

/** @throws {InvalidRecord} when it is not base64. */
export function bytesOfBase64(data: string): Buffer {
  const bytes = Buffer.from(data, 'base64');
  // Node skips what is not base64; then fewer bytes come out than the length of the text announces.
  if (bytes.length !== Buffer.byteLength(data, 'base64')) throw new InvalidRecord('base64', 'the payload is not base64');
  return bytes;
}

/** @throws {InvalidRecord} when it is not UTF-8. */
export function decodeUtf8(bytes: Buffer): string {
  if (!isUtf8(bytes)) throw new InvalidRecord('utf8', 'the payload is not UTF-8 text');
  return bytes.toString('utf8');
}
