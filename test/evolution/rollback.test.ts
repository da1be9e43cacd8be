import { type DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DynamoDBLogStore } from '../../shared/adapters/dynamodb/dynamodb-log-store.ts';
import { FORMAT_VERSION } from '../../shared/log/frame.ts';
import { definitionLog, epochLog, type LogName, shardLog } from '../../shared/log/keys.ts';
import { startDynalite } from '../engines/dynalite.ts';
import { LogTable } from '../engines/log-table.ts';
import { deliveries, measured, SHARD } from '../fixtures/delivered-record.ts';
import { MemoryDeployment } from '../fixtures/memory-deployment.ts';
import { temperatures } from '../fixtures/temperature-pipeline.ts';

describe('a newer version of Mullion has written, and an older one is deployed again', () => {
  const deployment = new MemoryDeployment();
  let table: LogTable;
  let client: DynamoDBClient;

  beforeEach(async () => {
    table = await LogTable.on(await startDynalite());
    client = table.client();
    await ingest().ingest(SHARD, deliveries([measured(1_000), measured(21_000)]));
    await fire().fire();
  });
  afterEach(async () => table.stop());

  const logStore = () =>
    new DynamoDBLogStore({ client: table.client(), tableName: table.tableName, clock: { nowMs: () => Date.now() }, retentionDays: 30 });
  const ingest = () => deployment.ingest({ logStore: logStore() });
  const fire = () => deployment.fire({ logStore: logStore() });

  async function itemCount(): Promise<number> {
    return (await client.send(new ScanCommand({ TableName: table.tableName }))).Count ?? 0;
  }

  /** What this version would have written, but for the number that says that it did not. */
  async function writeNewer(log: LogName): Promise<void> {
    const newest = await logStore().last(log);
    const item = {
      pk: { S: log },
      n: { N: String((newest?.position ?? 0) + 1) },
      v: { N: String(FORMAT_VERSION + 1) },
      h: { S: newest?.header ?? '' },
      b: { B: newest?.payload ?? new Uint8Array() },
    };
    await client.send(new PutItemCommand({ TableName: table.tableName, Item: item }));
  }

  const more = deliveries([measured(41_000)], 3);
  const { name } = temperatures;
  const message = `has format version ${FORMAT_VERSION + 1}; this version reads ${FORMAT_VERSION}: deploy the version that wrote it`;

  test.for([
    { what: 'a firing', log: epochLog(name) },
    { what: 'a commit', log: shardLog(name, SHARD) },
    { what: 'a definition', log: definitionLog(name) },
  ])('$what: who fires refuses, cold or warm, and writes nothing', async ({ log }) => {
    const warm = fire();
    await warm.fire();
    await writeNewer(log);
    const before = await itemCount();
    await expect(fire().fire()).rejects.toThrow(message);
    // What is at work already knows which definition holds, and sees all else.
    if (log !== definitionLog(name)) await expect(warm.fire()).rejects.toThrow(message);
    expect(await itemCount()).toBe(before);
  });

  test('a commit: ingest refuses, cold or warm, and writes nothing', async () => {
    const warm = ingest();
    await warm.ingest(SHARD, deliveries([measured(1_000)]));
    await writeNewer(shardLog(name, SHARD));
    const before = await itemCount();
    await expect(ingest().ingest(SHARD, more)).rejects.toThrow(message);
    await expect(warm.ingest(SHARD, more)).rejects.toThrow(message);
    expect(await itemCount()).toBe(before);
  });
});
