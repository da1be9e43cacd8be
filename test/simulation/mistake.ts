import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { KinesisClient } from '@aws-sdk/client-kinesis';
import type { FreshPanesOptions } from '../../functions/consumer/fresh-panes.ts';
import type { ObjectStore } from '../../shared/adapters/object-store.ts';
import type { FirePorts } from '../../shared/firing/fire.ts';
import type { IngestPorts } from '../../shared/ingest/ingest.ts';
import type { Lane } from '../../shared/pipeline/lane.ts';
import type { Enrichment } from '../../shared/pipeline/lookup-join.ts';
import type { Pipeline } from '../../shared/pipeline/pipeline.ts';
import type { decideWatermark } from '../../shared/watermarks/decide-watermark.ts';
import type { Sandbox } from './sandbox.ts';
import type { SimulatedStream } from './simulated-stream.ts';
import type { SentEvent } from './sent-event.ts';

export interface MistakenSandbox {
  readonly sandbox: Sandbox;
  readonly stream: SimulatedStream;
  readonly pipeline: Pipeline<SentEvent>;
  readonly tableClient: DynamoDBClient;
}

/** A mistake to be found, made around the real code: in what it is given, or in what becomes of what it asks for. */
export interface Mistake {
  readonly pipeline?: (pipeline: Pipeline<SentEvent>) => Pipeline<SentEvent>;
  readonly tableClient?: (client: DynamoDBClient) => DynamoDBClient;
  readonly objects?: (store: ObjectStore) => ObjectStore;
  readonly kinesisClient?: (client: KinesisClient) => KinesisClient;
  readonly enrichment?: (enrichment: Enrichment<SentEvent>) => Enrichment<SentEvent>;
  readonly ingestPorts?: (ports: IngestPorts, made: MistakenSandbox) => IngestPorts;
  readonly firePorts?: (ports: FirePorts, made: MistakenSandbox, lane: Lane) => FirePorts;
  readonly consumer?: (options: FreshPanesOptions) => FreshPanesOptions;
  readonly decide?: typeof decideWatermark;
  readonly retentionDays?: number;
  readonly parallelizationFactor?: number;
  readonly consumerParallelizationFactor?: number;
}
