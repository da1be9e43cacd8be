import middy from '@middy/core';
import type { KinesisStreamBatchResponse, KinesisStreamEvent } from 'aws-lambda';
import { Ingest, type IngestPorts } from '../../shared/ingest/ingest.ts';
import type { Pipeline } from '../../shared/pipeline/pipeline.ts';
import { underName } from '../../shared/pipeline/under-name.ts';
import { readEnvironment } from '../environment.ts';
import { createIngestPorts } from '../ports.ts';
import { recordsByShard } from './kinesis-event.ts';

/** The ports of a function, and what the pipeline is called: as its definition says, where nothing is said. */
export type IngestDeployment = IngestPorts & { readonly name?: string };

/**
 * The function on the input stream: folds what the event source mapping delivers into the shard's log.
 *
 * An answer means that every record of the batch is committed or on the side stream. Whatever cannot be written is thrown: the batch fails
 * whole and is delivered again; what had been committed of it is recognised then.
 *
 * @param deployment What it works on. Default: as the environment says.
 */
export function createIngestHandler<E>(definition: Pipeline<E>, deployment: IngestDeployment = deployed(definition)) {
  const { name = definition.name, ...ports } = deployment;
  const ingest = new Ingest(underName(definition, name), ports);
  return middy<KinesisStreamEvent, KinesisStreamBatchResponse>().handler(async (event) => {
    for (const [shard, records] of recordsByShard(event)) {
      const { wakeFailure } = await ingest.ingest(shard, records);
      if (wakeFailure !== undefined) console.warn(`fire could not be woken and finds out on its schedule: ${wakeFailure}`);
    }
    return { batchItemFailures: [] };
  });
}

function deployed({ lanes }: Pipeline<never>): IngestDeployment {
  const environment = readEnvironment(process.env, lanes);
  const { MULLION_NAME: name } = environment;
  return { ...createIngestPorts(environment), ...(name === undefined ? {} : { name }) };
}
