import middy from '@middy/core';
import type { EventBridgeEvent } from 'aws-lambda';
import { appendControl, type ControlPorts } from '../../shared/control/request-control.ts';
import type { ShardId } from '../../shared/log/keys.ts';
import type { Pipeline } from '../../shared/pipeline/pipeline.ts';
import { readEnvironment } from '../environment.ts';
import { createDiscardsPorts, createTelemetry } from '../ports.ts';
import { silent, type Telemetry } from '../telemetry/telemetry.ts';
import { parseDiscardedBatch } from './discarded-batch.ts';

export interface DiscardsPorts extends ControlPorts {
  readonly objects: {
    /** `undefined` when there is none, or it may not be read. */
    get(address: string): Promise<Uint8Array | undefined>;
  };
}

/** Where the objects are, what the pipeline is called, as its definition says where nothing is said, and who is told how it goes, if anybody. */
export type DiscardsDeployment = DiscardsPorts & { readonly at: string; readonly name?: string; readonly telemetry?: Telemetry };

export type DiscardEvent = EventBridgeEvent<'Object Created', { readonly object: { readonly key: string } }>;

/**
 * The function on the bucket of what ingest has given up: tells fire, whose panes say from then on that they may lack something. Told twice, it notes twice, and that changes nothing.
 *
 * @param deployment What it works on. Default: as the environment says.
 */
export function createDiscardsHandler<E>(definition: Pipeline<E>, deployment: DiscardsDeployment = deployed(definition)) {
  const { name = definition.name, at, objects, logStore, clock, telemetry = silent(clock) } = deployment;
  return middy<DiscardEvent, void>().handler(async ({ detail }, context) => {
    telemetry.log.addContext(context);
    const { key } = detail.object;
    const bytes = await objects.get(`${at}/${key.split('/').map(encodeURIComponent).join('/')}`);
    // Somebody has put the records on the stream again and taken the object away; or this function may not read it, which is no reason to keep silent.
    if (bytes === undefined) throw new Error(`the object ${key} is not there, or may not be read; nothing was noted of it`);
    const { shardId, batchSize, approximateArrivalOfLastRecord: arrivedToMs } = parseDiscardedBatch(bytes);
    const notice = { kind: 'discard', shard: shardId as ShardId, records: batchSize, arrivedToMs, noticedAtMs: clock.nowMs() } as const;
    const position = await appendControl(name, notice, logStore);
    telemetry.log.error('ingest gave up on records; panes that may lack them say so', { ...notice, key, position });
  });
}

function deployed(definition: Pipeline<never>): DiscardsDeployment {
  const environment = readEnvironment(process.env, definition.lanes);
  const { MULLION_NAME: name = definition.name, MULLION_DISCARDS: at } = environment;
  if (at === undefined) throw new Error('the environment variable MULLION_DISCARDS is missing; the WindowPipeline construct sets it');
  return { ...createDiscardsPorts(environment), at, name, telemetry: createTelemetry(environment, name) };
}
