import {
  CreateTableCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { pause } from '../../shared/adapters/pause.ts';
import { alreadyThere, type CreateOutcome } from './stream.ts';

const POLL_MS = 20;
const TIME_TO_LIVE_ATTRIBUTE = 'x';

/**
 * Creates the table of the logs unless it exists: partition key `pk` (S), sort key `n` (N), on-demand billing, items
 * expire by attribute `x`. Waits until it is active.
 */
export async function createTable(dynamodb: DynamoDBClient, tableName: string): Promise<CreateOutcome> {
  const outcome = await dynamodb
    .send(
      new CreateTableCommand({
        TableName: tableName,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [
          { AttributeName: 'pk', AttributeType: 'S' },
          { AttributeName: 'n', AttributeType: 'N' },
        ],
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'n', KeyType: 'RANGE' },
        ],
      }),
    )
    .then((): CreateOutcome => 'created', alreadyThere);
  await waitUntilActive(dynamodb, tableName);
  await enableTimeToLive(dynamodb, tableName);
  return outcome;
}

async function waitUntilActive(dynamodb: DynamoDBClient, tableName: string): Promise<void> {
  for (;;) {
    const { Table: table } = await dynamodb.send(new DescribeTableCommand({ TableName: tableName }));
    if (table?.TableStatus === 'ACTIVE') return;
    await pause(POLL_MS);
  }
}

async function enableTimeToLive(dynamodb: DynamoDBClient, tableName: string): Promise<void> {
  const { TimeToLiveDescription: current } = await dynamodb.send(new DescribeTimeToLiveCommand({ TableName: tableName }));
  if (current?.TimeToLiveStatus === 'ENABLED' || current?.TimeToLiveStatus === 'ENABLING') return;
  try {
    await dynamodb.send(
      new UpdateTimeToLiveCommand({
        TableName: tableName,
        TimeToLiveSpecification: { AttributeName: TIME_TO_LIVE_ATTRIBUTE, Enabled: true },
      }),
    );
  } catch (error) {
    // dynalite does not know the call, so nothing expires there. That is safe to ignore: expiry only frees space, AWS may
    // do it days late, and every reader filters what is due.
    if (!(error instanceof Error && error.name === 'UnknownOperationException')) throw error;
  }
}
