import { Buffer } from 'node:buffer';

/** The same bytes, the first chunk long enough to tell what they are: a pipe may hand over a byte at a time. */
export async function* withWholeStart(chunks: AsyncIterable<Buffer>, isWhole: (start: Buffer) => boolean): AsyncGenerator<Buffer> {
  let start: Buffer | undefined = Buffer.alloc(0);
  for await (const chunk of chunks) {
    if (start === undefined) {
      yield chunk;
      continue;
    }
    start = start.length === 0 ? chunk : Buffer.concat([start, chunk]);
    if (!isWhole(start)) continue;
    yield start;
    start = undefined;
  }
  if (start !== undefined && start.length > 0) yield start;
}

/** Looks at the first chunk, and gives all of them again; undefined where there is none. */
export async function firstOf(
  chunks: AsyncGenerator<Buffer>,
): Promise<{ readonly first: Buffer; readonly all: AsyncGenerator<Buffer> } | undefined> {
  const start = await chunks.next();
  return start.done === true ? undefined : { first: start.value, all: withFirst(start.value, chunks) };
}

async function* withFirst(first: Buffer, rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  yield* rest;
}
