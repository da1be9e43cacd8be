import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DynamoDBConsumerMemory } from '../../shared/adapters/dynamodb/dynamodb-consumer-memory.ts';
import { FORMAT_VERSION } from '../../shared/log/frame.ts';
import type { Remembered } from '../../shared/ports/consumer-memory.ts';
import { describeOn } from '../engines/describe-on.ts';
import { startDynalite } from '../engines/dynalite.ts';
import { startDynamoDBLocal } from '../engines/dynamodb-local.ts';
import type { Engine } from '../engines/engine.ts';
import { LogTable } from '../engines/log-table.ts';
import { consumerMemoryContract, NO_PANES, remembered, SEEN } from './consumer-memory-contract.ts';

// Far from now: an engine may delete at once what is due.
const NOW_MS = 4_000_000_000_500;

function dynamodbMemoryTests({ knowsTransactions }: { readonly knowsTransactions: boolean }): (engine: Engine) => void {
  return (engine) => {
    let table: LogTable;
    let client: DynamoDBClient;
    let consumers = 0;

    beforeAll(async () => {
      table = await LogTable.on(engine);
      client = table.client();
    });

    afterAll(() => table.stop());

    const memoryOf = (consumer: string) =>
      new DynamoDBConsumerMemory({ client, tableName: table.tableName, consumer, clock: { nowMs: () => NOW_MS } });

    consumerMemoryContract(() => memoryOf(`consumer-${++consumers}`));

    test('keeps consumers apart, and expires a month after the last write', async () => {
      const [one, other] = [memoryOf('billing'), memoryOf('mail')];
      await one.write({ shard: 'shardId-000000000000', remembered: remembered(1, ['orders', SEEN]) });
      expect(await other.read('shardId-000000000000')).toBeUndefined();
      const key = { pk: { S: '#consumer#billing#shardId-000000000000' }, n: { N: '0' } };
      const { Item } = await client.send(new GetItemCommand({ TableName: table.tableName, Key: key }));
      expect(Item).toEqual({
        ...key,
        v: { N: String(FORMAT_VERSION) },
        r: { N: '1' },
        s: { L: [{ M: { p: { S: 'orders' }, e: { N: '4711' }, i: { B: SEEN.indexes } } }] },
        x: { N: String(4_000_000_000 + 30 * 86_400) },
      });
    });

    test('gives a write away as an item of a transaction, with its condition', async () => {
      const memory = memoryOf('in-transaction');
      // Where there are no transactions: what is in one is what a single put would be.
      const write = async (change: Remembered) => {
        const item = memory.transactItem({ shard: 'a', remembered: change });
        await (knowsTransactions
          ? client.send(new TransactWriteItemsCommand({ TransactItems: [item] }))
          : client.send(new PutItemCommand(item.Put)));
      };
      const refusal = knowsTransactions ? TransactionCanceledException : ConditionalCheckFailedException;
      await write(remembered(1, ['orders', NO_PANES]));
      await expect(write(remembered(1, ['orders', SEEN]))).rejects.toThrow(refusal);
      expect(await memory.read('a')).toEqual(remembered(1, ['orders', NO_PANES]));
      await write(remembered(2, ['orders', SEEN]));
      expect(await memory.read('a')).toEqual(remembered(2, ['orders', SEEN]));
    });
  };
}

const [dynalite, dynamodbLocal] = await Promise.all([startDynalite(), startDynamoDBLocal()]);
describeOn(dynalite, 'the memory of a consumer', dynamodbMemoryTests({ knowsTransactions: false }));
describeOn(dynamodbLocal, 'the memory of a consumer', dynamodbMemoryTests({ knowsTransactions: true }));
