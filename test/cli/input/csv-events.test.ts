import { Buffer } from 'node:buffer';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { CommandError } from '../../../cli/command-error.ts';
import { readEvents } from '../../../cli/input/read-events.ts';

async function read(chunks: readonly (string | Uint8Array)[]): Promise<string[]> {
  const payloads: string[] = [];
  const source = Readable.from(chunks.map((chunk) => Buffer.from(chunk)));
  for await (const some of readEvents('rows.csv', source, 'csv')) payloads.push(...some.map(({ data }) => data));
  return payloads;
}

const objects = async (text: string) => (await read([text])).map((data) => JSON.parse(data) as unknown);

describe('CSV', () => {
  test('is an object a row, by the names in its first', async () => {
    expect(await objects('time,store,amount,open,note\n1000,berlin,12.50,true,\n2000,"paris, nord",-3e2,false,"said ""no"""\n')).toEqual([
      { time: 1000, store: 'berlin', amount: 12.5, open: true, note: null },
      { time: 2000, store: 'paris, nord', amount: -300, open: false, note: 'said "no"' },
    ]);
  });

  test.each(['007', '+1', '1.', '.5', '0x10', '1e400', '4929123456789012345', 'NaN', ' 1', 'TRUE', 'constructor'])(
    'keeps %j as text',
    async (field) => {
      expect(await objects(`a,b\n${field},1\n`)).toEqual([{ a: field, b: 1 }]);
    },
  );

  test('keeps numbers as they were written', async () => {
    expect(await read(['a,b\n12.50,1E3\n'])).toEqual(['{"a":12.50,"b":1E3}']);
  });

  test.each([
    ['semicolons', 'a;b\n1,5;2\n', { a: '1,5', b: 2 }],
    ['tabs', 'a\tb\nx,y\tz\n', { a: 'x,y', b: 'z' }],
    ['bars', 'a|b\nx|z\n', { a: 'x', b: 'z' }],
    ['a comma in quotes', '"a,b,c";d\n1;2\n', { 'a,b,c': 1, d: 2 }],
    ['line ends of Windows', 'a,b\r\n1,2\r\n\r\n', { a: 1, b: 2 }],
    ['a byte order mark', '\uFEFFa,b\n1,2', { a: 1, b: 2 }],
    ['one column', 'time\n5\n', { time: 5 }],
    ['a column without a name', ',b\n0,x\n', { column1: 0, b: 'x' }],
  ])('may have %s', async (_what, text, expected) => {
    expect(await objects(text)).toEqual([expected]);
  });

  test('may have line ends in quotes, come a byte at a time, and gzipped', async () => {
    const text = 'a,ü\n1,"two\nlines"\n2,ü\n';
    const expected = ['{"a":1,"ü":"two\\nlines"}', '{"a":2,"ü":"ü"}'];
    expect(await read([...Buffer.from(text)].map((byte) => Uint8Array.of(byte)))).toEqual(expected);
    expect(await read([gzipSync(text)])).toEqual(expected);
  });

  test('leaves a row that has not as many fields as there are names as it stood', async () => {
    expect(await read(['a,b\n1\n1,2,3\n1,2\n'])).toEqual(['1', '1,2,3', '{"a":1,"b":2}']);
  });

  test.each(['', '\n\n', 'a,b\n', 'a,b'])('%j has no rows', async (text) => {
    expect(await read([text])).toEqual([]);
  });

  test('whose quote is never closed, or that has two columns of a name, ends with an error', async () => {
    await expect(read(['a,b\n1,"open\n2,3\n'])).rejects.toThrow(CommandError);
    await expect(read(['a,b\n1,"open\n2,3\n'])).rejects.toThrow(/^rows\.csv: it is no CSV: Quote Not Closed: .* at line 3/);
    await expect(read(['a,b,a\n1,2,3\n'])).rejects.toThrow(
      "rows.csv: its first row names two columns 'a'; every column needs a name of its own",
    );
  });
});
