import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { KinesisClient } from '@aws-sdk/client-kinesis';
import { createApi } from '../../functions/api/app.ts';
import { bundlePage } from '../../functions/bundle-page.ts';
import type { PipelineReplayer } from '../../functions/api/pipeline-replayer.ts';
import { ServedPipeline } from '../../functions/api/served-pipeline.ts';
import { DynamoDBLogStore } from '../../shared/adapters/dynamodb/dynamodb-log-store.ts';
import { KinesisInputStream } from '../../shared/adapters/kinesis/kinesis-input-stream.ts';
import { KinesisRefusalFeed } from '../../shared/adapters/kinesis/kinesis-refusal-feed.ts';
import { kinesisShardDirectory } from '../../shared/adapters/kinesis/kinesis-shard-directory.ts';
import { systemClock } from '../../shared/adapters/system-clock.ts';
import type { Pipeline } from '../../shared/pipeline/pipeline.ts';
import { underName } from '../../shared/pipeline/under-name.ts';
import type { PipelineSwitch } from '../../shared/ports/pipeline-switch.ts';
import { type ApiServer, serveLocally } from '../../functions/api/api-server.ts';
import { EventSockets } from '../socket/event-sockets.ts';

/** What runs on this machine, as the API sees it. */
export interface LocallyRunning {
  readonly definition: Pipeline<never>;
  readonly kinesis: KinesisClient;
  readonly dynamodb: DynamoDBClient;
  readonly tableName: string;
  readonly inputStream: string;
  readonly sideStream: string;
  readonly switch: PipelineSwitch;
}

export interface LocalApiOptions {
  /** Where replays can be started. */
  readonly replays?: LocalReplays;
  readonly onError: (error: unknown) => void;
  /** 0, or nothing, for any that is free. */
  readonly port?: number;
}

/** Starts the pipeline again, under another name and on a table and an output of its own. */
export interface LocalReplays {
  start(name: string, from: Date | undefined): Promise<Pick<LocallyRunning, 'tableName' | 'sideStream' | 'switch'>>;
}

// Of requests, which are obeyed within minutes.
const RETENTION_DAYS = 30;
const EVENTS_EVERY_MS = 250;

/** Where events are taken over a WebSocket. */
export const SOCKET_PATH = '/ws/ingest';

/** Serves the API over a pipeline that runs on this machine, and what is replayed of it; and takes events over WebSockets. */
export function serveLocalApi(running: LocallyRunning, { replays, onError, port }: LocalApiOptions): Promise<ApiServer> {
  const replayer: PipelineReplayer | undefined = replays && {
    replay: async (_of, name, from) =>
      served({ ...running, ...(await replays.start(name, from)), definition: underName(running.definition, name) }),
  };
  const api = createApi([served(running)], {
    page: bundlePage(),
    replayer,
    clock: systemClock,
    events: { everyMs: EVENTS_EVERY_MS, staysOpen: true },
    onError,
  });
  const stream = new KinesisInputStream(running.kinesis, running.inputStream);
  const sockets = { [SOCKET_PATH]: new EventSockets({ pipeline: running.definition, stream, onError }) };
  return serveLocally(api, { port, sockets });
}

function served(running: LocallyRunning): ServedPipeline {
  const { definition, kinesis, dynamodb: client, tableName, inputStream, sideStream } = running;
  return new ServedPipeline(definition, {
    logStore: new DynamoDBLogStore({ client, tableName, clock: systemClock, retentionDays: RETENTION_DAYS }),
    shards: kinesisShardDirectory(kinesis, inputStream),
    inputStream: new KinesisInputStream(kinesis, inputStream),
    clock: systemClock,
    switch: running.switch,
    sideStream: new KinesisRefusalFeed(kinesis, sideStream),
  });
}
