import { Buffer } from 'node:buffer';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { CommandError } from '../../../cli/command-error.ts';
import type { RawEvent } from '../../../cli/input/raw-event.ts';
import { openInput, readEvents } from '../../../cli/input/read-events.ts';

const folder = mkdtempSync(join(tmpdir(), 'mullion-read-'));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;

function file(content: string | Uint8Array): string {
  const path = join(folder, `input-${++files}`);
  writeFileSync(path, content);
  return path;
}

async function read(path: string): Promise<unknown[]> {
  const events: RawEvent[] = [];
  for await (const some of openInput(path).events) events.push(...some);
  return events.map(({ data }) => JSON.parse(data) as unknown);
}

// Several chunks' worth, so that documents are cut in the middle.
const DOCUMENTS = Array.from({ length: 4_000 }, (_, index) => ({ index, text: `ü${'x'.repeat(200)}` }));
const LINES = DOCUMENTS.map((document) => JSON.stringify(document));
const BYTE_ORDER_MARK = '\u{feff}';

const inputs: [what: string, input: string | Uint8Array][] = [
  ['JSON lines', `${LINES.join('\n')}\n`],
  ['JSON lines without a last line end', LINES.join('\n')],
  ['lines that end as on Windows, blank ones among them', `\r\n${LINES.join('\r\n\r\n')}\r\n \r\n`],
  ['lines behind a byte order mark', `${BYTE_ORDER_MARK}${LINES.join('\n')}\n`],
  ['a JSON array', `[\n  ${LINES.join(',\n  ')}\n]\n`],
  ['a JSON array in one line', JSON.stringify(DOCUMENTS)],
  ['a JSON array behind a byte order mark and white space', `${BYTE_ORDER_MARK}\n [${LINES.join(',')}]`],
  ['an input that begins with a lot of white space', `${' '.repeat(600_000)}\n${LINES.join('\n')}`],
];

describe('an input', () => {
  test.each(inputs)('of %s is read to its end, plain and gzipped', async (_what, input) => {
    expect(await read(file(input))).toEqual(DOCUMENTS);
    expect(await read(file(gzipSync(input)))).toEqual(DOCUMENTS);
  });

  test('of lines gives each as it stands, and of base64 the bytes that it is of', async () => {
    const payloadsOf = async (format: 'lines' | 'base64') => {
      const events: RawEvent[] = [];
      for await (const some of openInput(file('[a]\n\nYg==\n'), format).events) events.push(...some);
      return events;
    };
    expect(await payloadsOf('lines')).toEqual(['[a]', 'Yg=='].map((data) => ({ data, encoding: 'utf8' })));
    expect(await payloadsOf('base64')).toEqual(['[a]', 'Yg=='].map((data) => ({ data, encoding: 'base64' })));
  });

  test.each([
    ['lines behind a byte order mark', Buffer.from(`${BYTE_ORDER_MARK}{"a":1}\n{"a":2}\n`)],
    ['gzipped lines', gzipSync('{"a":1}\n{"a":2}\n')],
    ['an array', Buffer.from('[{"a":1},{"a":2}]')],
  ])('is known for %s when it comes a byte at a time', async (_what, bytes) => {
    const events: RawEvent[] = [];
    const source = Readable.from([...bytes].map((byte) => Buffer.of(byte)));
    for await (const some of readEvents('standard input', source)) events.push(...some);
    expect(events.map(({ data }) => JSON.parse(data) as unknown)).toEqual([{ a: 1 }, { a: 2 }]);
  });

  test('gzipped in two parts is read to its end', async () => {
    const parts = [gzipSync(`${LINES.slice(0, 100).join('\n')}\n`), gzipSync(LINES.slice(100).join('\n'))];
    expect(await read(file(Buffer.concat(parts)))).toEqual(DOCUMENTS);
  });

  test.each<[string, string | Uint8Array]>([
    ['nothing', ''],
    ['white space', ' \n\r\n\t\n'],
    ['an empty array', ' [ ] \n'],
    ['nothing, gzipped', gzipSync('')],
    ['a byte order mark', BYTE_ORDER_MARK],
  ])('of %s has no events', async (_what, input) => {
    expect(await read(file(input))).toEqual([]);
  });

  test('knows how large it is and how far it has been read', async () => {
    const zipped = gzipSync(LINES.join('\n'));
    const input = openInput(file(zipped));
    expect({ bytes: input.bytes, read: input.bytesRead() }).toEqual({ bytes: zipped.length, read: 0 });
    for await (const some of input.events) expect(some.length).toBeGreaterThan(0);
    expect(input.bytesRead()).toBe(zipped.length);
  });

  test('that is not there, or is a directory, is refused before anything is read', () => {
    expect(() => openInput(join(folder, 'missing'))).toThrow(CommandError);
    expect(() => openInput(join(folder, 'missing'))).toThrow(/missing: there is no such file/);
    expect(() => openInput(folder)).toThrow(`${folder}: this is a directory; give a file of JSON lines, a JSON array or CSV`);
  });

  test('that is gzipped and broken ends with an error, wherever it is broken', async () => {
    const zipped = gzipSync(LINES.join('\n'));
    const cut = [3, 5, 11, 20, 1_000, zipped.length - 20, zipped.length - 1].map((length) => file(zipped.subarray(0, length)));
    const changed = [200, zipped.length >> 1, zipped.length - 6].map((at) => file(zipped.with(at, (zipped[at] as number) ^ 0x55)));
    for (const path of [...cut, ...changed]) {
      await expect(read(path)).rejects.toThrow(CommandError);
      await expect(read(path)).rejects.toThrow(new RegExp(`^${path}: it cannot be read: `));
    }
  });

  test('with a line longer than a record is refused with its path', async () => {
    const path = file(`${LINES[0]}\n${'x'.repeat(11 * 1024 * 1024)}`);
    await expect(read(path)).rejects.toThrow(
      new CommandError(`${path}: the input has a line of more than 10485760 bytes; is it one JSON document a line?`),
    );
  });
});
