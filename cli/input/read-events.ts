import { Buffer } from 'node:buffer';
import { createReadStream, statSync } from 'node:fs';
import { pipeline as connect, Readable, Transform } from 'node:stream';
import { createGunzip, gzipSync } from 'node:zlib';
import { GZIP_MAGIC, isGzip } from '../../shared/ingest/gzip.ts';
import type { InputDeclaration } from '../../shared/pipeline/input-declaration.ts';
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
 * @param format By default lines where a pipeline reads payloads by itself, CSV where the name ends with `.csv` or `.tsv`, and maybe `.gz`.
 * @param declared What the pipeline says of its records. Where they are zipped, a file holds what is in them.
 * @throws {CommandError} when there is no such file.
 */
export function openInput(path: string, format?: InputFormat, declared?: InputDeclaration): EventInput {
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
  const chosen = format ?? defaultFormat(path, declared);
  const events = readEvents(path, metered, chosen);
  // Base64 is of what stands on the stream.
  const isZippedHere = declared?.isZipped === true && chosen !== 'base64';
  return { bytes, bytesRead: () => bytesRead, events: isZippedHere ? zipped(events) : events };
}

function defaultFormat(path: string, declared: InputDeclaration | undefined): InputFormat {
  if (declared?.decode !== undefined) return 'lines';
  return CSV_NAME.test(path) ? 'csv' : 'json';
}

async function* zipped(chunks: AsyncIterable<readonly RawEvent[]>): AsyncGenerator<RawEvent[]> {
  for await (const events of chunks)
    yield events.map(({ data, encoding }) => ({ data: gzipSync(Buffer.from(data, encoding)).toString('base64'), encoding: 'base64' }));
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
    switch (format) {
      case 'csv':
        yield* csvEvents(text);
        break;
      case 'json':
        yield* splitEvents(text, splitterFor);
        break;
      case 'lines':
        yield* splitEvents(text, () => new LineSplitter());
        break;
      case 'base64':
        for await (const lines of splitEvents(text, () => new LineSplitter()))
          yield lines.map(({ data }) => ({ data: data.trim(), encoding: 'base64' }));
    }
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

/** @param splitterOf By the first chunk; undefined when that says nothing. */
async function* splitEvents(
  chunks: AsyncIterable<Buffer>,
  splitterOf: (chunk: Buffer) => EventSplitter | undefined,
): AsyncGenerator<RawEvent[]> {
  let splitter: EventSplitter | undefined;
  for await (const chunk of chunks) {
    splitter ??= splitterOf(chunk);
    const events = splitter?.push(chunk) ?? [];
    if (events.length > 0) yield events;
  }
  const rest = splitter?.end() ?? [];
  if (rest.length > 0) yield rest;
  if (splitter?.isCutShort === true) throw new CommandError('it is cut short: its array does not end');
}

/** By the first byte that is not white space; undefined when the chunk has none, and then says nothing. */
function splitterFor(chunk: Buffer): EventSplitter | undefined {
  const first = chunk.find((byte) => byte > 0x20);
  if (first === undefined) return undefined;
  return first === OPENING_BRACKET ? new ArraySplitter() : new LineSplitter();
}
