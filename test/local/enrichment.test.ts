import { join } from 'node:path';
import { BatchWriteItemCommand, CreateTableCommand, DeleteTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Pane } from 'mullion';
import { test } from 'vitest';
import { startLocalAws } from '../../local/emulators/local-aws.ts';
import { produce } from '../../local/producer.ts';
import { createStream } from '../../local/provisioning/stream.ts';
import { createTable } from '../../local/provisioning/table.ts';
import { readStream } from '../../local/stream-reader.ts';
import { LocalSystem } from '../../local/system.ts';
import { pause } from '../../shared/adapters/pause.ts';
import type { Order } from './examples/orders.ts';

const resources = { tableName: 'state', inputStream: 'in', outputStream: 'out', sideStream: 'side' };
const REGIONS = { s1: 'north', s2: 'south', s3: 'north' };

async function createStores(dynamodb: DynamoDBClient): Promise<void> {
  await dynamodb.send(
    new CreateTableCommand({
      TableName: 'stores',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'store', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'store', KeyType: 'HASH' }],
    }),
  );
  const puts = Object.entries(REGIONS).map(([store, region]) => ({ PutRequest: { Item: { store: { S: store }, region: { S: region } } } }));
  for (;;) {
    try {
      await dynamodb.send(new BatchWriteItemCommand({ RequestItems: { stores: puts } }));
      return;
    } catch {
      // It takes a moment to be there.
      await pause(20);
    }
  }
}

test('the pipeline of docs/ENRICHMENT.md, built: batches whose lookup fails come again, and every order is in once', {
  timeout: 60_000,
}, async ({ expect }) => {
  const aws = await startLocalAws();
  const { inputStream, outputStream, sideStream, tableName } = resources;
  await Promise.all([
    ...[inputStream, outputStream, sideStream].map((streamName) => createStream(aws.kinesis, { streamName, shardCount: 1 })),
    createTable(aws.dynamodb, tableName),
  ]);
  const troubles: string[] = [];
  const system = await LocalSystem.start({
    kinesis: aws.kinesis,
    resources,
    pipelineEntry: join(import.meta.dirname, 'examples', 'orders.ts'),
    environment: aws.environment,
    fireEveryMs: 3_600_000,
    onTrouble: (line) => troubles.push(line),
  });
  const send = async (...orders: Order[]) => {
    const records = orders.map((order) => ({ partitionKey: order.store, data: JSON.stringify(order) }));
    await produce({ kinesis: aws.kinesis, streamName: inputStream, eventsPerSecond: 1_000 }, records);
  };
  try {
    const early = ['s1', 's2', 's3', 's1', 's9'].map((store, at) => ({ at, store, amount: 10 ** at }));
    await send(...early);
    while (troubles.length < 2) await pause(20);
    // A store that is not in the table yet has no region, and that would be the truth.
    await system.switch.turn(false);
    await createStores(aws.dynamodb);
    await system.switch.turn(true);
    await system.caughtUp();
    expect(new Set(troubles)).toEqual(
      new Set([
        "ingest failed on shardId-000000000000: pipeline 'orders': enrich.lookup failed with ResourceNotFoundException; its batch is delivered again",
      ]),
    );
    // What is remembered needs no table.
    await aws.dynamodb.send(new DeleteTableCommand({ TableName: 'stores' }));
    await send({ at: 5, store: 's2', amount: 10 ** 5 });
    await system.caughtUp();

    expect(await system.drain()).toMatchObject({ counts: { read: 6, folded: 6 } });
    const sales: Record<string, unknown> = {};
    for await (const { data } of readStream({ kinesis: aws.kinesis, streamName: outputStream, endAtTip: true })) {
      const { key, value } = JSON.parse(new TextDecoder().decode(data)) as Pane;
      sales[key] = value.sales;
    }
    expect(sales).toEqual({ north: 1_101, south: 100_010, unknown: 10_000 });
  } finally {
    await system.stop();
    await aws.stop();
  }
});
