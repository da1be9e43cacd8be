import { describe, expect, test } from 'vitest';
import type { OutputRecord, Publisher } from '../../shared/ports/publisher.ts';

export interface PublisherUnderTest {
  readonly publisher: Publisher;
  /** What is on the stream, which has one shard, in its order. */
  readonly published: () => Promise<readonly OutputRecord[]>;
}

const numbered = (count: number, from = 0): OutputRecord[] =>
  Array.from({ length: count }, (_, index) => ({ partitionKey: `key ${(from + index) % 7}`, json: JSON.stringify({ n: from + index }) }));

/** What every publisher must do, be it into memory or onto a stream. */
export function publisherContract(open: () => Promise<PublisherUnderTest>): void {
  describe('a publisher', () => {
    test('puts nothing on the stream when it is given nothing', async () => {
      const { publisher, published } = await open();
      await publisher.publish([]);
      expect(await published()).toEqual([]);
    });

    test('puts every document on the stream as it is, in any writing, under its key', async () => {
      const { publisher, published } = await open();
      const records = ['{"key":"ü😀"}', '{}', '{"long":"'.padEnd(200_000, 'x').concat('"}')].map((json) => ({ partitionKey: 'ü', json }));
      await publisher.publish(records);
      expect(await published()).toEqual(records);
    });

    test('keeps the order within a call, more than one request takes, and from call to call', async () => {
      const { publisher, published } = await open();
      await publisher.publish(numbered(3));
      await publisher.publish(numbered(510, 3));
      await publisher.publish(numbered(2, 513));
      expect(await published()).toEqual(numbered(515));
    });

    test('repeats what it is given again: dropping repeats is the reader’s part', async () => {
      const { publisher, published } = await open();
      await publisher.publish(numbered(2));
      await publisher.publish(numbered(2));
      expect(await published()).toEqual([...numbered(2), ...numbered(2)]);
    });
  });
}
