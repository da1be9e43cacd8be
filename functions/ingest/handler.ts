import middy from '@middy/core';
import type { KinesisStreamBatchResponse, KinesisStreamEvent } from 'aws-lambda';
import { Ingest, type IngestPorts } from '../../shared/ingest/ingest.ts';
import type { Pipeline } from '../../shared/pipeline/pipeline.ts';
import { underName } from '../../shared/pipeline/under-name.ts';
import { type Environment, readEnvironment } from '../environment.ts';
import { createIngestPorts } from '../ports.ts';
import { recordsByShard } from './kinesis-event.ts';

/**
 * The function on the input stream: folds what the event source mapping delivers into the shard's log.
 *
 * An answer means that every record of the batch is committed or on the side stream. Whatever cannot be written is thrown: the batch fails
 * whole and is delivered again; what had been committed of it is recognised then.
 */
export function createIngestHandler<E>(definition: Pipeline<E>, ports?: IngestPorts) {
  const ingest = ports === undefined ? deployed(definition, readEnvironment(process.env)) : new Ingest(definition, ports);
  return middy<KinesisStreamEvent, KinesisStreamBatchResponse>().handler(async (event) => {
    for (const [shard, records] of recordsByShard(event)) {
      const { wakeFailure } = await ingest.ingest(shard, records);
      if (wakeFailure !== undefined) console.warn(`fire could not be woken and finds out on its schedule: ${wakeFailure}`);
    }
    return { batchItemFailures: [] };
  });
}

function deployed<E>(definition: Pipeline<E>, environment: Environment) {
  const { MULLION_NAME: name = definition.name } = environment;
  return new Ingest(underName(definition, name), createIngestPorts(environment));
}
