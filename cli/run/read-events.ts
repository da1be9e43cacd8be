import { Buffer } from 'node:buffer';
import { createReadStream, statSync } from 'node:fs';
import { pipeline as connect, Readable, Transform } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { GZIP_MAGIC, isGzip } from '../../shared/ingest/gzip.ts';
import { CommandError } from '../command-error.ts';
import { ArraySplitter } from './array-splitter.ts';
import { LineSplitter } from './line-splitter.ts';
import type { EventSplitter, RawEvent } from './raw-event.ts';

/** An input being read: JSON lines or one JSON array, plain or gzipped; found out from its first bytes. */
export interface EventInput {
  /** Bytes of the input as it is stored; absent when that cannot be known. */
  readonly bytes: number | undefined;
  /** Bytes read so far, as stored. */
  readonly bytesRead: () => number;
  /** The payloads, some at a time. */
  readonly events: AsyncIterable<RawEvent[]>;
}

const CHUNK_BYTES = 256 * 1024;
const OPENING_BRACKET = 0x5b;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];
const START_BYTES = Math.max(GZIP_MAGIC.length, BYTE_ORDER_MARK.length);

/**
 * @param path A file, or `-` for standard input.
 * @throws {CommandError} when there is no such file.
 */
export function openInput(path: string): EventInput {
  const { source, bytes } = path === '-' ? { source: process.stdin, bytes: undefined } : openFile(path);
  let bytesRead = 0;
  const meter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytesRead += chunk.length;
      done(null, chunk);
    },
  });
  // Errors of the source come out where the stream is read.
  const metered = connect(source, meter, () => {});
  return { bytes, bytesRead: () => bytesRead, events: readEvents(path, metered) };
}

function openFile(path: string): { source: Readable; bytes: number } {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined)
    throw new CommandError(`${path}: there is no such file; give a file of JSON lines or a JSON array, or - for standard input`);
  if (stats.isDirectory()) throw new CommandError(`${path}: this is a directory; give a file of JSON lines or a JSON array`);
  return { source: createReadStream(path, { highWaterMark: CHUNK_BYTES }), bytes: stats.size };
}

/** @param path What the input is called in errors. */
export async function* readEvents(path: string, source: Readable): AsyncGenerator<RawEvent[]> {
  let splitter: EventSplitter | undefined;
  try {
    for await (const chunk of withWholeStart(unzipped(source))) {
      const text = splitter === undefined ? withoutByteOrderMark(chunk) : chunk;
      splitter ??= splitterFor(text);
      const events = splitter?.push(text) ?? [];
      if (events.length > 0) yield events;
    }
  } catch (error) {
    if (error instanceof CommandError) throw new CommandError(`${path}: ${error.message}`);
    throw new CommandError(`${path}: it cannot be read: ${(error as Error).message}`, { cause: error });
  }
  const rest = splitter?.end() ?? [];
  if (rest.length > 0) yield rest;
}

async function* unzipped(source: Readable): AsyncGenerator<Buffer> {
  const chunks = withWholeStart(source);
  const first = await chunks.next();
  if (first.done === true) return;
  const all = withFirst(first.value, chunks);
  yield* isGzip(first.value) ? connect(Readable.from(all), createGunzip({ chunkSize: CHUNK_BYTES }), () => {}) : all;
}

/** The same bytes, the first chunk long enough to tell what they are: a pipe may hand over a byte at a time. */
async function* withWholeStart(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let start: Buffer | undefined = Buffer.alloc(0);
  for await (const chunk of chunks) {
    if (start === undefined) {
      yield chunk;
      continue;
    }
    start = Buffer.concat([start, chunk]);
    if (start.length < START_BYTES) continue;
    yield start;
    start = undefined;
  }
  if (start !== undefined && start.length > 0) yield start;
}

async function* withFirst(first: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  yield* { [Symbol.asyncIterator]: () => rest };
}

function withoutByteOrderMark(chunk: Buffer): Buffer {
  return BYTE_ORDER_MARK.every((byte, index) => chunk[index] === byte) ? chunk.subarray(BYTE_ORDER_MARK.length) : chunk;
}

/** By the first byte that is not white space; undefined when the chunk has none, and then says nothing. */
function splitterFor(chunk: Buffer): EventSplitter | undefined {
  const first = chunk.find((byte) => byte > 0x20);
  if (first === undefined) return undefined;
  return first === OPENING_BRACKET ? new ArraySplitter() : new LineSplitter();
}
