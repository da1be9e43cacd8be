import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { KinesisClient } from '@aws-sdk/client-kinesis';
import { createApi } from '../../functions/api/app.ts';
import { ServedPipeline } from '../../functions/api/served-pipeline.ts';
import { DynamoDBLogStore } from '../../shared/adapters/dynamodb/dynamodb-log-store.ts';
import { kinesisShardDirectory } from '../../shared/adapters/kinesis/kinesis-shard-directory.ts';
import { systemClock } from '../../shared/adapters/system-clock.ts';
import type { Pipeline } from '../../shared/pipeline/pipeline.ts';
import type { PipelineSwitch } from '../../shared/ports/pipeline-switch.ts';
import { type ApiServer, serveLocally } from './api-server.ts';

/** What runs on this machine, as the API sees it. */
export interface LocallyServed {
  readonly definition: Pipeline<never>;
  readonly kinesis: KinesisClient;
  readonly dynamodb: DynamoDBClient;
  readonly tableName: string;
  readonly inputStream: string;
  readonly switch: PipelineSwitch;
  readonly onError: (error: unknown) => void;
  /** 0, or nothing, for any that is free. */
  readonly port?: number;
}

// Of requests, which are obeyed within minutes.
const RETENTION_DAYS = 30;
const EVENTS_EVERY_MS = 250;

/** Serves the API over a pipeline that runs on this machine. */
export function serveLocalApi(served: LocallyServed): Promise<ApiServer> {
  const { definition, kinesis, dynamodb: client, tableName, inputStream, onError, port } = served;
  const pipeline = new ServedPipeline(definition, {
    logStore: new DynamoDBLogStore({ client, tableName, clock: systemClock, retentionDays: RETENTION_DAYS }),
    shards: kinesisShardDirectory(kinesis, inputStream),
    clock: systemClock,
    switch: served.switch,
  });
  return serveLocally(createApi([pipeline], { clock: systemClock, events: { everyMs: EVENTS_EVERY_MS, staysOpen: true }, onError }), port);
}
