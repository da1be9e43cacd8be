import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { oneEach, packed, type StreamRecord } from '../../shared/adapters/kinesis/records-of-documents.ts';
import { paneLines } from '../../shared/consumer/pane-lines.ts';
import type { OutputRecord } from '../../shared/ports/publisher.ts';

const textOf = ({ Data }: StreamRecord) => Buffer.from(Data).toString('utf8');
const linesOf = (records: Iterable<StreamRecord>) => [...records].flatMap((record) => paneLines(textOf(record)));
const sizeOf = ({ Data, PartitionKey }: StreamRecord) => Data.length + Buffer.byteLength(PartitionKey);

/** Where Kinesis puts a record, by the hash of its key unless it is given. */
function hashKeyOf({ PartitionKey, ExplicitHashKey }: StreamRecord): bigint {
  return ExplicitHashKey === undefined ? BigInt(`0x${createHash('md5').update(PartitionKey).digest('hex')}`) : BigInt(ExplicitHashKey);
}

const document = fc
  .record({
    key: fc.oneof(fc.constantFrom('a', 'b', 'ü😀'), fc.string({ minLength: 1 })),
    n: fc.nat(),
    size: fc.constantFrom(1, 10, 400, 12_000, 30_000),
  })
  .map(({ key, n, size }): OutputRecord => ({ partitionKey: key, json: JSON.stringify({ key, n, text: 'é\n'.repeat(size) }) }));
const documents = fc.array(document, { maxLength: 60 });

describe('packed documents', () => {
  test('are all there once, byte for byte, and those of a key in their order', () => {
    fc.assert(
      fc.property(documents, (given) => {
        const lines = linesOf(packed(given));
        expect(lines.toSorted()).toEqual(given.map(({ json }) => json).toSorted());
        for (const { partitionKey } of given) {
          const own = given.filter((each) => each.partitionKey === partitionKey).map(({ json }) => json);
          expect(lines.filter((line) => own.includes(line))).toEqual(own);
        }
      }),
    );
  });

  test('are under one hash key for a partition key, whatever is packed beside it', () => {
    fc.assert(
      fc.property(documents, documents, (some, others) => {
        const [alone, together] = [[...packed(some)], [...packed([...others, ...some])]];
        for (const { json } of some) {
          const holders = [alone, together].map((records) => records.find((record) => paneLines(textOf(record)).includes(json)));
          expect(holders[0]?.ExplicitHashKey).toBe(holders[1]?.ExplicitHashKey);
          expect(holders[0]?.PartitionKey).toBe(holders[1]?.PartitionKey);
        }
      }),
    );
  });

  test('go to the shard that they would go to alone, on up to 64 even shards', () => {
    const given = Array.from({ length: 2_000 }, (_, index) => ({ partitionKey: `key ${index}`, json: String(index) }));
    const alone = new Map([...oneEach(given)].map((record) => [textOf(record), hashKeyOf(record)]));
    for (const bits of [0n, 1n, 3n, 6n]) {
      const shardOf = (hashKey: bigint) => hashKey >> (128n - bits);
      for (const record of packed(given))
        for (const line of paneLines(textOf(record))) expect(shardOf(hashKeyOf(record))).toBe(shardOf(alone.get(line) as bigint));
    }
  });

  test('are as many in a record as 25 KB take, and one that is larger is alone', () => {
    fc.assert(
      fc.property(documents, (given) => {
        for (const record of packed(given)) expect(sizeOf(record) <= 25_000 || paneLines(textOf(record)).length === 1).toBe(true);
      }),
    );
    const json = JSON.stringify({ text: 'x'.repeat(300) });
    const records = [...packed(Array.from({ length: 10_000 }, () => ({ partitionKey: 'one', json })))];
    const perRecord = Math.floor(25_000 / (json.length + 1));
    expect(new Set(records.slice(0, -1).map((record) => paneLines(textOf(record)).length))).toEqual(new Set([perRecord]));
  });

  test('that come alone are the record that they would be unpacked', () => {
    const [record] = packed([{ partitionKey: 'ü', json: '{"key":"ü😀"}' }]);
    expect(textOf(record as StreamRecord)).toBe('{"key":"ü😀"}');
  });

  test('need few records: at most one for every 25 KB, and one for every bucket', () => {
    const json = JSON.stringify({ text: 'x'.repeat(300) });
    const given = Array.from({ length: 20_000 }, (_, index) => ({ partitionKey: `key ${index}`, json }));
    const bytes = given.length * (json.length + 1);
    expect([...packed(given)].length).toBeLessThanOrEqual(Math.ceil(bytes / (25_000 - json.length)) + 64);
  });
});
