import { dynamodbClient } from '../shared/adapters/dynamodb/dynamodb-client.ts';
import { DynamoDBLogStore } from '../shared/adapters/dynamodb/dynamodb-log-store.ts';
import { S3ObjectStore } from '../shared/adapters/s3/s3-object-store.ts';
import { systemClock } from '../shared/adapters/system-clock.ts';
import { epochLog } from '../shared/log/keys.ts';
import type { LogStore } from '../shared/ports/log-store.ts';
import { CommandError } from './command-error.ts';
import { reasonOf, targetOf } from './aws-target.ts';

// Of requests, which are all that is written here: they are obeyed within minutes.
const RETENTION_DAYS = 30;

/**
 * A pipeline's table, and its payloads in S3 where it has some. Region and credentials come from where the AWS SDK looks for them.
 *
 * @param endpoint Of a local stack, or of another way to DynamoDB.
 * @throws {CommandError} when it cannot be reached.
 */
export async function openTable(tableName: string, endpoint: string | undefined, pipeline: string): Promise<LogStore> {
  const client = dynamodbClient(targetOf(endpoint));
  const logStore = new DynamoDBLogStore({
    client,
    tableName,
    objects: { store: new S3ObjectStore(client.config) },
    clock: systemClock,
    retentionDays: RETENTION_DAYS,
  });
  try {
    await logStore.last(epochLog(pipeline));
  } catch (error) {
    const where = endpoint === undefined ? '' : ` at ${endpoint}`;
    const remedy = 'check its name, AWS_REGION and credentials, and --endpoint for a local stack';
    throw new CommandError(`table '${tableName}'${where}: it cannot be read: ${reasonOf(error)}; ${remedy}`, { cause: error });
  }
  return logStore;
}
