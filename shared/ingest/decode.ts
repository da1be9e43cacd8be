import { Buffer, isUtf8 } from 'node:buffer';
import type { InputRecord } from './input-record.ts';
import { InvalidRecord } from './invalid-record.ts';

/**
 * The event in a record: JSON.
 *
 * @throws {InvalidRecord} when it is not base64, not UTF-8 or not JSON.
 */
export function decode({ data, encoding }: InputRecord): unknown {
  const text = encoding === 'utf8' ? data : decodeBase64(data);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InvalidRecord('json', `the payload is not JSON: ${(error as SyntaxError).message}`);
  }
}

function decodeBase64(data: string): string {
  const bytes = Buffer.from(data, 'base64');
  // Node skips what is not base64; then fewer bytes come out than the length of the text announces.
  if (bytes.length !== Buffer.byteLength(data, 'base64')) throw new InvalidRecord('base64', 'the payload is not base64');
  if (!isUtf8(bytes)) throw new InvalidRecord('utf8', 'the payload is not UTF-8 text');
  return bytes.toString('utf8');
}
