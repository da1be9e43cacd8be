import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { DynamoDBLogStore } from '../shared/adapters/dynamodb/dynamodb-log-store.ts';
import { KinesisPublisher } from '../shared/adapters/kinesis/kinesis-publisher.ts';
import { kinesisShardDirectory } from '../shared/adapters/kinesis/kinesis-shard-directory.ts';
import { KinesisShardProbe } from '../shared/adapters/kinesis/kinesis-shard-probe.ts';
import { systemClock } from '../shared/adapters/system-clock.ts';
import type { FirePorts } from '../shared/firing/fire.ts';
import type { IngestPorts } from '../shared/ingest/ingest.ts';
import type { Environment } from './environment.ts';

/** The composition root: the only place that makes adapters. Endpoints and credentials come from the SDK's own environment variables. */
export function createPorts(environment: Environment): IngestPorts & FirePorts {
  const client = new DynamoDBClient({ requestHandler: http() });
  // HTTP/1.1: the default, HTTP/2, buys nothing for a few large requests, and no local emulator takes it.
  const kinesis = new KinesisClient({ requestHandler: http() });
  return {
    logStore: new DynamoDBLogStore({
      client,
      tableName: environment.MULLION_TABLE,
      clock: systemClock,
      retentionDays: environment.MULLION_RETENTION_DAYS,
    }),
    outputStream: new KinesisPublisher(kinesis, environment.MULLION_OUTPUT_STREAM),
    sideStream: new KinesisPublisher(kinesis, environment.MULLION_SIDE_STREAM),
    shards: kinesisShardDirectory(kinesis, environment.MULLION_INPUT_STREAM),
    shardProbe: new KinesisShardProbe(kinesis, environment.MULLION_INPUT_STREAM),
    clock: systemClock,
  };
}

/** A request that hangs must fail while the function still has time to try again. */
function http(): NodeHttpHandler {
  return new NodeHttpHandler({ connectionTimeout: 2_000, requestTimeout: 10_000, throwOnRequestTimeout: true });
}
