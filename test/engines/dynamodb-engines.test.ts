import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  type PutItemCommandInput,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pause } from '../../shared/adapters/pause.ts';
import { describeOn } from './describe-on.ts';
import { startDynalite } from './dynalite.ts';
import { startDynamoDBLocal } from './dynamodb-local.ts';
import type { Engine } from './engine.ts';
import { LogTable } from './log-table.ts';

// What docs/ENGINES.md says of each engine. Where one fails here after an update, it has changed: change the document.

interface Differences {
  /** Whether a refused put shows what stands there. */
  readonly showsWinner: boolean;
  /** Whether items that are due go away. */
  readonly expires: boolean;
}

function differencesOf(differences: Differences): (engine: Engine) => void {
  return (engine) => {
    let table: LogTable;
    let client: DynamoDBClient;

    beforeAll(async () => {
      table = await LogTable.on(engine);
      client = table.client();
    });

    afterAll(() => table.stop());

    const put = (n: number, bytes: number, more: Partial<PutItemCommandInput> = {}) =>
      client.send(
        new PutItemCommand({
          TableName: table.tableName,
          Item: { pk: { S: 'log' }, n: { N: String(n) }, b: { B: new Uint8Array(bytes) } },
          ConditionExpression: 'attribute_not_exists(pk)',
          ReturnConsumedCapacity: 'TOTAL',
          ...more,
        }),
      );

    test('a write unit is a kilobyte begun, a strong read unit four, an eventual one half of that, a projection saves nothing', async () => {
      expect((await put(1, 10)).ConsumedCapacity?.CapacityUnits).toBe(1);
      expect((await put(2, 300 * 1024)).ConsumedCapacity?.CapacityUnits).toBe(301);
      const read = async (consistent: boolean, n: string) => {
        const { ConsumedCapacity } = await client.send(
          new GetItemCommand({
            TableName: table.tableName,
            Key: { pk: { S: 'log' }, n: { N: n } },
            ProjectionExpression: 'n',
            ConsistentRead: consistent,
            ReturnConsumedCapacity: 'TOTAL',
          }),
        );
        return ConsumedCapacity?.CapacityUnits;
      };
      expect([await read(true, '2'), await read(false, '2'), await read(true, '99')]).toEqual([76, 38, 1]);
    });

    test(`a refused put ${differences.showsWinner ? 'shows' : 'does not show'} what stands there, and never says what it cost`, async () => {
      await put(10, 10);
      const refusal = await put(10, 10, { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }).catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(ConditionalCheckFailedException);
      expect((refusal as ConditionalCheckFailedException).Item?.n).toEqual(differences.showsWinner ? { N: '10' } : undefined);
      expect(refusal).not.toHaveProperty('ConsumedCapacity');
    });

    test('an item has 400 KB at most', async () => {
      const overhead = 'pklognb'.length + 2;
      await expect(put(20, 400 * 1024 - overhead)).resolves.toBeDefined();
      await expect(put(21, 400 * 1024)).rejects.toThrow('Item size has exceeded the maximum allowed size');
    });

    test(`items that are due ${differences.expires ? 'go away, but not those due for more than five years' : 'stay'}`, {
      timeout: 40_000,
    }, async () => {
      const nowS = Math.floor(Date.now() / 1000);
      const dueSinceDays = [1, 365 * 4, 365 * 6];
      for (const [n, days] of dueSinceDays.entries()) {
        const item = { pk: { S: 'due' }, n: { N: String(n) }, x: { N: String(nowS - days * 86_400) } };
        await client.send(new PutItemCommand({ TableName: table.tableName, Item: item }));
      }
      const left = async () => {
        const query = { KeyConditionExpression: 'pk = :due', ExpressionAttributeValues: { ':due': { S: 'due' } }, ConsistentRead: true };
        return (await client.send(new QueryCommand({ TableName: table.tableName, ...query }))).Items?.map(({ n }) => n?.N);
      };
      const expected = differences.expires ? ['2'] : ['0', '1', '2'];
      for (let tries = 0; tries < 100 && (await left())?.length !== expected.length; tries++) await pause(differences.expires ? 300 : 1);
      expect(await left()).toEqual(expected);
    });
  };
}

const [dynalite, dynamodbLocal] = await Promise.all([startDynalite(), startDynamoDBLocal()]);
describeOn(dynalite, 'what is particular', differencesOf({ showsWinner: false, expires: false }));
describeOn(dynamodbLocal, 'what is particular', differencesOf({ showsWinner: true, expires: true }));
