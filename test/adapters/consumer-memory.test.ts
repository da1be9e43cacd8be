import { ConditionalCheckFailedException, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DynamoDBConsumerMemory } from '../../shared/adapters/dynamodb/dynamodb-consumer-memory.ts';
import { ProcessMemory } from '../../shared/consumer/process-memory.ts';
import { FORMAT_VERSION } from '../../shared/log/frame.ts';
import type { ConsumerMemory, Remembered, SeenInEpoch } from '../../shared/ports/consumer-memory.ts';
import { DynaliteTable } from '../fixtures/dynalite-table.ts';

let table: DynaliteTable;
beforeAll(async () => {
  table = await DynaliteTable.start();
});
afterAll(async () => table.stop());

const NOW_MS = 1_700_000_000_500;

function dynamodbMemory(consumer: string): DynamoDBConsumerMemory {
  return new DynamoDBConsumerMemory({ client: table.client(), tableName: table.tableName, consumer, clock: { nowMs: () => NOW_MS } });
}

function remembered(revision: number, ...byPipeline: [pipeline: string, seen: SeenInEpoch][]): Remembered {
  return { revision, byPipeline: new Map(byPipeline) };
}

const SEEN: SeenInEpoch = { epoch: 4_711, indexes: Uint8Array.of(0b1010_0001, 0, 3) };
const NO_PANES: SeenInEpoch = { epoch: 3, indexes: new Uint8Array() };

let consumers = 0;

describe.each<[name: string, make: () => ConsumerMemory]>([
  ['the process', () => new ProcessMemory()],
  ['DynamoDB', () => dynamodbMemory(`consumer-${++consumers}`)],
])('a memory in %s', (_name, make) => {
  test('gives back what was written, shard by shard', async () => {
    const memory = make();
    const first = remembered(1, ['orders', SEEN], ['__proto__', NO_PANES]);
    expect(await memory.read('a')).toBeUndefined();
    expect(await memory.write({ shard: 'a', remembered: first })).toBe('written');
    expect(await memory.write({ shard: 'b', remembered: remembered(1) })).toBe('written');
    expect(await memory.read('a')).toEqual(first);
    expect(await memory.read('b')).toEqual(remembered(1));
  });

  test('takes a write only in place of the revision before it', async () => {
    const memory = make();
    expect(await memory.write({ shard: 'a', remembered: remembered(2, ['orders', SEEN]) })).toBe('conflict');
    expect(await memory.write({ shard: 'a', remembered: remembered(1, ['orders', NO_PANES]) })).toBe('written');
    expect(await memory.write({ shard: 'a', remembered: remembered(1, ['orders', SEEN]) })).toBe('conflict');
    expect(await memory.write({ shard: 'a', remembered: remembered(3, ['orders', SEEN]) })).toBe('conflict');
    expect(await memory.read('a')).toEqual(remembered(1, ['orders', NO_PANES]));
    expect(await memory.write({ shard: 'a', remembered: remembered(2, ['orders', SEEN]) })).toBe('written');
    expect(await memory.read('a')).toEqual(remembered(2, ['orders', SEEN]));
  });

  test('of two who write at once lets one', async () => {
    const memory = make();
    const outcomes = await Promise.all(
      [1, 2, 3].map(async () => memory.write({ shard: 'a', remembered: remembered(1, ['orders', SEEN]) })),
    );
    expect(outcomes.toSorted()).toEqual(['conflict', 'conflict', 'written']);
  });
});

describe('a memory in DynamoDB', () => {
  test('keeps consumers apart, and expires a month after the last write', async () => {
    const [one, other] = [dynamodbMemory('billing'), dynamodbMemory('mail')];
    await one.write({ shard: 'shardId-000000000000', remembered: remembered(1, ['orders', SEEN]) });
    expect(await other.read('shardId-000000000000')).toBeUndefined();
    const key = { pk: { S: '#consumer#billing#shardId-000000000000' }, n: { N: '0' } };
    const { Item } = await table.client().send(new GetItemCommand({ TableName: table.tableName, Key: key }));
    expect(Item).toEqual({
      ...key,
      v: { N: String(FORMAT_VERSION) },
      r: { N: '1' },
      s: { L: [{ M: { p: { S: 'orders' }, e: { N: '4711' }, i: { B: SEEN.indexes } } }] },
      x: { N: String(1_700_000_000 + 30 * 86_400) },
    });
  });

  test('gives a write away as an item of a transaction, with its condition', async () => {
    const memory = dynamodbMemory('in-transaction');
    const client = table.client();
    // dynalite knows no transactions. What is in one is what a single put would be.
    const put = async (change: Remembered) => client.send(new PutItemCommand(memory.transactItem({ shard: 'a', remembered: change }).Put));
    await put(remembered(1, ['orders', NO_PANES]));
    await expect(put(remembered(1, ['orders', SEEN]))).rejects.toThrow(ConditionalCheckFailedException);
    expect(await memory.read('a')).toEqual(remembered(1, ['orders', NO_PANES]));
    await put(remembered(2, ['orders', SEEN]));
    expect(await memory.read('a')).toEqual(remembered(2, ['orders', SEEN]));
  });
});
