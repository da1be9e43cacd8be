import type { Buffer } from 'node:buffer';
import { createReadStream, statSync } from 'node:fs';
import { pipeline as connect, Readable, Transform } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { GZIP_MAGIC, isGzip } from '../../shared/ingest/gzip.ts';
import { CommandError } from '../command-error.ts';
import { ArraySplitter } from './array-splitter.ts';
import { LineSplitter } from './line-splitter.ts';
import { csvEvents } from './csv-events.ts';
import type { InputFormat } from './input-format.ts';
import type { EventSplitter, RawEvent } from './raw-event.ts';
import { firstOf, withWholeStart } from './whole-start.ts';

const CSV_NAME = /\.(?:csv|tsv)(?:\.gz)?$/i;

/** An input being read. */
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
 * @param format By default CSV where the name ends with `.csv` or `.tsv`, and maybe `.gz`.
 * @throws {CommandError} when there is no such file.
 */
export function openInput(path: string, format: InputFormat = CSV_NAME.test(path) ? 'csv' : 'json'): EventInput {
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
  return { bytes, bytesRead: () => bytesRead, events: readEvents(path, metered, format) };
}

function openFile(path: string): { source: Readable; bytes: number } {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined)
    throw new CommandError(`${path}: there is no such file; give a file of JSON lines, a JSON array or CSV, or - for standard input`);
  if (stats.isDirectory()) throw new CommandError(`${path}: this is a directory; give a file of JSON lines, a JSON array or CSV`);
  return { source: createReadStream(path, { highWaterMark: CHUNK_BYTES }), bytes: stats.size };
}

/**
 * @param path What the input is called in errors.
 * @throws {CommandError} when it cannot be read to its end.
 */
export async function* readEvents(path: string, source: Readable, format: InputFormat = 'json'): AsyncGenerator<RawEvent[]> {
  try {
    const text = withoutByteOrderMark(withWholeStart(unzipped(source), ({ length }) => length >= START_BYTES));
    yield* format === 'csv' ? csvEvents(text) : jsonEvents(text);
  } catch (error) {
    if (error instanceof CommandError) throw new CommandError(`${path}: ${error.message}`, { cause: error });
    throw new CommandError(`${path}: it cannot be read: ${(error as Error).message}`, { cause: error });
  }
}

async function* unzipped(source: Readable): AsyncGenerator<Buffer> {
  const start = await firstOf(withWholeStart(source, ({ length }) => length >= START_BYTES));
  if (start === undefined) return;
  yield* isGzip(start.first) ? connect(Readable.from(start.all), createGunzip({ chunkSize: CHUNK_BYTES }), () => {}) : start.all;
}

async function* withoutByteOrderMark(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let isFirst = true;
  for await (const chunk of chunks) {
    const hasMark = isFirst && BYTE_ORDER_MARK.every((byte, index) => chunk[index] === byte);
    yield hasMark ? chunk.subarray(BYTE_ORDER_MARK.length) : chunk;
    isFirst = false;
  }
}

async function* jsonEvents(chunks: AsyncIterable<Buffer>): AsyncGenerator<RawEvent[]> {
  let splitter: EventSplitter | undefined;
  for await (const chunk of chunks) {
    splitter ??= splitterFor(chunk);
    const events = splitter?.push(chunk) ?? [];
    if (events.length > 0) yield events;
  }
  const rest = splitter?.end() ?? [];
  if (rest.length > 0) yield rest;
}

/** By the first byte that is not white space; undefined when the chunk has none, and then says nothing. */
function splitterFor(chunk: Buffer): EventSplitter | undefined {
  const first = chunk.find((byte) => byte > 0x20);
  if (first === undefined) return undefined;
  return first === OPENING_BRACKET ? new ArraySplitter() : new LineSplitter();
}
