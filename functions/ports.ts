import { dynamodbClient } from '../shared/adapters/dynamodb/dynamodb-client.ts';
import { DynamoDBLogStore } from '../shared/adapters/dynamodb/dynamodb-log-store.ts';
import { kinesisClient } from '../shared/adapters/kinesis/kinesis-client.ts';
import { KinesisPublisher } from '../shared/adapters/kinesis/kinesis-publisher.ts';
import { kinesisShardDirectory } from '../shared/adapters/kinesis/kinesis-shard-directory.ts';
import { systemClock } from '../shared/adapters/system-clock.ts';
import type { FirePorts } from '../shared/firing/fire.ts';
import type { IngestPorts } from '../shared/ingest/ingest.ts';
import type { Environment } from './environment.ts';

/** The composition root: the only place that makes adapters. Endpoints and credentials come from the SDK's own environment variables. */
export function createPorts(environment: Environment): IngestPorts & FirePorts {
  const kinesis = kinesisClient();
  return {
    logStore: new DynamoDBLogStore({
      client: dynamodbClient(),
      tableName: environment.MULLION_TABLE,
      clock: systemClock,
      retentionDays: environment.MULLION_RETENTION_DAYS,
    }),
    outputStream: new KinesisPublisher(kinesis, environment.MULLION_OUTPUT_STREAM),
    sideStream: new KinesisPublisher(kinesis, environment.MULLION_SIDE_STREAM),
    shards: kinesisShardDirectory(kinesis, environment.MULLION_INPUT_STREAM),
    clock: systemClock,
  };
}
