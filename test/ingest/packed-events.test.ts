import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { messageIn, userRecords } from '../../shared/ingest/aggregated-record.ts';
import type { InputRecord } from '../../shared/ingest/input-record.ts';
import { InvalidRecord } from '../../shared/ingest/invalid-record.ts';
import { packedEvents } from '../../shared/ingest/packed-events.ts';
import { aggregated, deaggregated, type Sent } from '../fixtures/aggregated.ts';
import { delivered } from '../fixtures/delivered-record.ts';

const MAGIC = Buffer.from([0xf3, 0x89, 0x9a, 0xc2]);

/** The payloads in a record of these bytes. */
function unpacked(bytes: Buffer): readonly InputRecord[] | undefined {
  return packedEvents(delivered(1, bytes), undefined);
}

function textsIn(bytes: Buffer): string[] | undefined {
  return unpacked(bytes)?.map(({ data, encoding }) => Buffer.from(data, encoding).toString('utf8'));
}

const linesIn = (text: string) => packedEvents(delivered(1, text), text)?.map(({ data }) => data);

function signed(message: Uint8Array): Buffer {
  return Buffer.concat([MAGIC, message, createHash('md5').update(message).digest()]);
}

const sent: fc.Arbitrary<Sent> = fc.record({
  // The library of the test mixes up keys that look like numbers.
  partitionKey: fc.oneof(
    fc.constantFrom('a', 'b', 'ü😀'),
    fc.string({ unit: 'binary' }).map((text) => `key ${text}`),
  ),
  // The library of the test takes no empty ones.
  data: fc.uint8Array({ minLength: 1, maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
});

describe('an aggregated record', () => {
  test('holds what AWS’s own code put into it, and finds in it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(sent, { minLength: 1, maxLength: 200 }), async (records) => {
        const bytes = await aggregated(records);
        const message = messageIn(bytes);
        const found = userRecords(message, 1_000).map(({ partitionKey, from, to }) => ({ partitionKey, data: message.subarray(from, to) }));
        expect(found).toEqual(records.map(({ partitionKey, data }) => ({ partitionKey, data })));
        expect(found).toEqual(await deaggregated(bytes));
      }),
    );
  });

  test('gives events with their own partition keys, and their places in it', async () => {
    const bytes = await aggregated([
      { partitionKey: 'a', data: Buffer.from('{"n":1}') },
      { partitionKey: 'b', data: Buffer.from('{"n":2}\n{"n":3}\n') },
      { partitionKey: 'c', data: gzipSync('{"n":4}\n{"n":5}') },
      { partitionKey: 'd', data: gzipSync('{\n  "n": 6\n}') },
      { partitionKey: 'e', data: Buffer.from([0xff]) },
      { partitionKey: 'f', data: Buffer.from('{"n":"\uFFFD"}') },
    ]);
    const events = unpacked(bytes) as InputRecord[];
    expect(events.map(({ partitionKey, data, index }) => [index, partitionKey, data])).toEqual([
      [0, 'a', '{"n":1}'],
      [1, 'b', '{"n":2}'],
      [2, 'b', '{"n":3}'],
      [3, 'c', '{"n":4}'],
      [4, 'c', '{"n":5}'],
      [5, 'd', '{\n  "n": 6\n}'],
      [6, 'e', '/w=='],
      [7, 'f', '{"n":"\uFFFD"}'],
    ]);
    const { sequenceNumber, arrivedAtMs } = delivered(1, bytes);
    for (const event of events) expect(event).toMatchObject({ sequenceNumber, arrivedAtMs });
  });

  test('with another bit anywhere is refused, or no aggregated record', async () => {
    const bytes = await aggregated([
      { partitionKey: 'a', data: Buffer.from('{"n":1}') },
      { partitionKey: 'b', data: Buffer.from('{"n":2}') },
    ]);
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
      if (bit < MAGIC.length * 8) expect(unpacked(changed)).toBeUndefined();
      else expect(() => unpacked(changed)).toThrow(/^the record is aggregated \(KPL\), and cannot be read: its MD5 does not fit$/);
    }
    for (let length = MAGIC.length + 16; length < bytes.length; length++)
      expect(() => unpacked(bytes.subarray(0, length))).toThrow(InvalidRecord);
  });

  test('of any bytes under a right MD5 is read or refused, and nothing else happens', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (message) => {
        try {
          expect(Array.isArray(unpacked(signed(message)))).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidRecord);
        }
      }),
      { numRuns: 5_000 },
    );
  });

  test.each<[what: string, message: number[], why: string]>([
    ['nothing', [], 'the record is packed, and holds no event'],
    ['a partition key that is not there', [0x1a, 4, 8, 1, 0x1a, 0], 'a record has partition key 1 of 0'],
    ['a record without data', [0x0a, 1, 97, 0x1a, 2, 8, 0], 'a record has no data'],
    ['more bytes than are there', [0x0a, 0x7f, 97], '127 bytes announced at 2, 1 are there'],
    ['a number without an end', [8, ...Array.from({ length: 12 }, () => 0xff)], 'a number of more than 10 bytes'],
    ['a field of an unknown kind', [0x0b], 'a field of wire type 3'],
  ])('that holds %s is refused', (_what, message, why) => {
    expect(() => unpacked(signed(Uint8Array.from(message)))).toThrow(why);
  });

  test('of more than 100,000 records is refused', () => {
    const one = [0x1a, 5, 8, 0, 0x1a, 1, 49];
    const message = (count: number) => Uint8Array.from([0x0a, 1, 97, ...Array.from({ length: count }, () => one).flat()]);
    expect(unpacked(signed(message(100_000)))).toHaveLength(100_000);
    expect(() => unpacked(signed(message(100_001)))).toThrow('the record holds more than 100000 others');
  });
});

describe('lines', () => {
  test('are events, whatever ends them and however many are blank', () => {
    expect(linesIn('{"n":1}\n{"n":2}')).toEqual(['{"n":1}', '{"n":2}']);
    expect(linesIn('\n{"n":1}\r\n\n  {"n":2}\r\n\n')).toEqual(['{"n":1}', '{"n":2}']);
  });

  test('of which some are bad are there all the same', () => {
    expect(linesIn('{"n":\n{"n":2}\nhello')).toEqual(['{"n":', '{"n":2}', 'hello']);
  });

  test.each(['', '{"n":', '{"n":1}{"n":2}', 'a log\nof two lines', '{\n  "n": 1,\n}', '\n\n\n'])(
    '%j is one bad event, and no lines',
    (text) => {
      expect(linesIn(text)).toBeUndefined();
    },
  );

  test('of more than 100,000 are refused, blank or not', () => {
    expect(linesIn('{}\n'.repeat(100_000))).toHaveLength(100_000);
    expect(() => linesIn('{}\n'.repeat(100_001))).toThrow('the record holds more than 100000 events, or lines');
    expect(() => linesIn('\n'.repeat(100_001))).toThrow(InvalidRecord);
  });
});

describe('gzip', () => {
  test('holds one event, or lines of them', () => {
    expect(textsIn(gzipSync('{"n":1}'))).toEqual(['{"n":1}']);
    expect(textsIn(gzipSync('{\n  "a": {}\n}'))).toEqual(['{\n  "a": {}\n}']);
    expect(textsIn(gzipSync('{"n":1}\n{"n":2}\n'))).toEqual(['{"n":1}', '{"n":2}']);
    expect(textsIn(gzipSync('hello\nworld'))).toEqual(['hello\nworld']);
  });

  test('that is damaged, or cut short, is refused as a whole', () => {
    const zipped = gzipSync('{"n":1}\n{"n":2}\n');
    const changed = Buffer.from(zipped);
    changed[12] = (changed[12] as number) ^ 0x40;
    for (const bytes of [changed, zipped.subarray(0, -4), zipped.subarray(0, 2)])
      expect(() => unpacked(bytes)).toThrow(/^the record is gzip, and cannot be unpacked: /);
  });

  test('that would unfold to more than 16 MiB is refused before it has', async () => {
    const bomb = gzipSync(Buffer.alloc(300 * 1024 * 1024));
    expect(bomb.length).toBeLessThan(400_000);
    const before = process.memoryUsage.rss();
    expect(() => unpacked(bomb)).toThrow('it unfolds to more than 16777216 bytes');
    expect(process.memoryUsage.rss() - before).toBeLessThan(100 * 1024 * 1024);
    // And several small ones in one record together, too.
    const small = gzipSync(Buffer.alloc(9 * 1024 * 1024, 'x'));
    const many = await aggregated([small, small].map((data) => ({ partitionKey: 'a', data })));
    expect(() => unpacked(many)).toThrow('it unfolds to more than 16777216 bytes');
  });
});

describe('a small record that unfolds to very many events', () => {
  const events = (count: number) => gzipSync('{}\n'.repeat(count));

  test('is refused when it has more of them than bytes', () => {
    const { length } = events(1_000);
    expect(length).toBeLessThan(100);
    expect(unpacked(events(100))).toHaveLength(100);
    expect(() => unpacked(events(101))).toThrow('the record holds more than 100 events, or lines');
    const large = Buffer.concat([events(1_000), ...Array.from({ length: 100 }, () => gzipSync(''))]);
    expect(unpacked(large)).toHaveLength(1_000);
  });

  test('is refused likewise when it is within an aggregated one', async () => {
    const many = await aggregated([events(60), events(60)].map((data) => ({ partitionKey: 'a', data })));
    expect(many.length).toBeLessThan(120 + 40);
    expect(() => unpacked(many)).toThrow(InvalidRecord);
  });
});

test('bytes that are neither text, nor gzip, nor aggregated are not packed', () => {
  for (const bytes of [Buffer.from([0xff, 0xfe]), MAGIC, Buffer.from([])]) expect(unpacked(bytes)).toBeUndefined();
});
