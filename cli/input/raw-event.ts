import { type Buffer, isUtf8 } from 'node:buffer';

/** The payload of one record, as it stood in the input. */
export interface RawEvent {
  readonly data: string;
  readonly encoding: 'utf8' | 'base64';
}

/** Cuts the bytes of an input into payloads, chunk by chunk. */
export interface EventSplitter {
  /** The payloads that are complete with this chunk. */
  push(chunk: Buffer): RawEvent[];
  /** What is left at the end of the input. */
  end(): RawEvent[];
  /** Whether it has ended in the middle of something; asked behind {@link end}. */
  readonly isCutShort?: boolean;
}

/** Bytes that are not text keep their bytes, so that the side stream shows what really was there. */
export function rawEvent(bytes: Buffer): RawEvent {
  return isUtf8(bytes) ? { data: bytes.toString('utf8'), encoding: 'utf8' } : { data: bytes.toString('base64'), encoding: 'base64' };
}

/** The same bound that Kinesis sets for a record. What is longer is no event, and must not fill the memory. */
export const EVENT_BYTES_MAX = 10 * 1024 * 1024;
