import middy from '@middy/core';
import type { KinesisStreamBatchResponse, KinesisStreamEvent } from 'aws-lambda';
import { Ingest, type IngestPorts } from '../../shared/ingest/ingest.ts';
import type { Pipeline } from '../../shared/pipeline/pipeline.ts';
import { readEnvironment } from '../environment.ts';
import { createPorts } from '../ports.ts';
import { recordsByShard } from './kinesis-event.ts';

/**
 * The function on the input stream: folds what the event source mapping delivers into the shard's log.
 *
 * An answer means that every record of the batch is committed or on the side stream. Whatever cannot be written is thrown: the batch fails
 * whole and is delivered again; what had been committed of it is recognised then.
 */
export function createIngestHandler<E>(pipeline: Pipeline<E>, ports: IngestPorts = createPorts(readEnvironment(process.env))) {
  const ingest = new Ingest(pipeline, ports);
  return middy<KinesisStreamEvent, KinesisStreamBatchResponse>().handler(async (event) => {
    for (const [shard, records] of recordsByShard(event)) await ingest.ingest(shard, records);
    return { batchItemFailures: [] };
  });
}
