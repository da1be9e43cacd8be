import middy from '@middy/core';
import type { KinesisStreamBatchResponse, KinesisStreamEvent } from 'aws-lambda';
import { Ingest, type IngestPorts } from '../../shared/ingest/ingest.ts';
import type { Pipeline } from '../../shared/pipeline/pipeline.ts';
import { underName } from '../../shared/pipeline/under-name.ts';
import { readEnvironment } from '../environment.ts';
import { createIngestPorts, createTelemetry } from '../ports.ts';
import { silent, type Telemetry } from '../telemetry/telemetry.ts';
import { recordsByShard } from './kinesis-event.ts';
import { tellBatch } from './tell-batch.ts';

/** The ports of a function, what the pipeline is called, as its definition says where nothing is said, and who is told how it goes, if anybody. */
export type IngestDeployment = IngestPorts & { readonly name?: string; readonly telemetry?: Telemetry };

/**
 * The function on the input stream: folds what the event source mapping delivers into the shard's log.
 *
 * An answer means that every record of the batch is committed or on the side stream. Whatever cannot be written is thrown: the batch fails
 * whole and is delivered again; what had been committed of it is recognised then.
 *
 * @param deployment What it works on. Default: as the environment says.
 */
export function createIngestHandler<E>(definition: Pipeline<E>, deployment: IngestDeployment = deployed(definition)) {
  const { name = definition.name, telemetry = silent(deployment.clock), ...ports } = deployment;
  const ingest = new Ingest(underName(definition, name), ports);
  return middy<KinesisStreamEvent, KinesisStreamBatchResponse>().handler(async (event, context) => {
    telemetry.log.addContext(context);
    try {
      for (const [shard, records] of recordsByShard(event)) tellBatch(shard, await ingest.ingest(shard, records), telemetry);
    } finally {
      telemetry.meter.flush();
    }
    return { batchItemFailures: [] };
  });
}

function deployed(definition: Pipeline<never>): IngestDeployment {
  const environment = readEnvironment(process.env, definition.lanes);
  const { MULLION_NAME: name = definition.name } = environment;
  const telemetry = createTelemetry(environment, name);
  return { ...createIngestPorts(environment, telemetry.meter), name, telemetry };
}
