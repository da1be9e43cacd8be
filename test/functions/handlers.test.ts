import type { Context } from 'aws-lambda';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createFireHandler, type FireEvent } from '../../functions/fire/handler.ts';
import { createIngestHandler } from '../../functions/ingest/handler.ts';
import { END_OF_TIME } from '../../shared/time/event-time.ts';
import { measured, OTHER_SHARD, SHARD } from '../fixtures/delivered-record.ts';
import { Interrupted, InterruptedStore, once } from '../fixtures/interrupted-store.ts';
import { kinesisEvent, type KinesisRecord } from '../fixtures/kinesis-event.ts';
import { MemoryDeployment } from '../fixtures/memory-deployment.ts';
import { temperatures } from '../fixtures/temperature-pipeline.ts';
import { committedValues, expectedValues, publishedValues } from '../fixtures/window-values.ts';

const CONTEXT = {} as Context;
const MEASUREMENTS = [measured(1_000, 'a1', 1), measured(2_000, 'b1', 2), measured(60_000, 'a1', 3)];
const RECORDS = MEASUREMENTS.map(
  (measurement, index): KinesisRecord => ({ shard: SHARD, sequenceNumber: String(100 + index), data: JSON.stringify(measurement) }),
);

describe('the function on the input stream', () => {
  test('answers when every record is committed or on the side stream', async () => {
    const deployment = new MemoryDeployment();
    const handler = createIngestHandler(temperatures, deployment.ports);
    const event = kinesisEvent([...RECORDS, { shard: SHARD, sequenceNumber: '103', data: 'poison', partitionKey: 'p' }]);
    expect(await handler(event, CONTEXT)).toEqual({ batchItemFailures: [] });
    expect(committedValues(await deployment.commits())).toEqual(expectedValues(MEASUREMENTS));
    expect(deployment.refusals).toMatchObject([{ id: `${SHARD}:103`, partitionKey: 'p' }]);
    expect(await handler(event, CONTEXT)).toEqual({ batchItemFailures: [] });
    expect(await deployment.commits()).toHaveLength(1);
  });

  test('fails the batch whole when something cannot be written, and takes it when it comes again', async () => {
    const deployment = new MemoryDeployment();
    const handler = createIngestHandler(temperatures, {
      ...deployment.ports,
      logStore: new InterruptedStore(deployment.store, once('append', 'before')),
    });
    await expect(handler(kinesisEvent(RECORDS), CONTEXT)).rejects.toThrow(Interrupted);
    expect(await handler(kinesisEvent(RECORDS), CONTEXT)).toEqual({ batchItemFailures: [] });
    expect(committedValues(await deployment.commits())).toEqual(expectedValues(MEASUREMENTS));
  });

  test('takes several shards in one event, each into its own log', async () => {
    const deployment = new MemoryDeployment(SHARD, OTHER_SHARD);
    const mixed = RECORDS.flatMap((record) => [record, { ...record, shard: OTHER_SHARD }]);
    await createIngestHandler(temperatures, deployment.ports)(kinesisEvent(mixed), CONTEXT);
    expect(committedValues(await deployment.commits(SHARD))).toEqual(expectedValues(MEASUREMENTS));
    expect(committedValues(await deployment.commits(OTHER_SHARD))).toEqual(expectedValues(MEASUREMENTS));
  });
});

describe('the function on the schedule', () => {
  const fed = async () => {
    const deployment = new MemoryDeployment();
    await createIngestHandler(temperatures, deployment.ports)(kinesisEvent(RECORDS), CONTEXT);
    return deployment;
  };

  test('fires what is complete, whatever else the schedule sends along', async () => {
    const deployment = await fed();
    const handler = createFireHandler(temperatures, deployment.ports);
    const scheduled = { version: '0', source: 'aws.scheduler', detail: {} } as FireEvent;
    expect(await handler(scheduled, CONTEXT)).toMatchObject({ epoch: 1, watermark: 54_999, panesFired: 4, published: 4 });
    expect(await handler({ action: 'fire' }, CONTEXT)).toMatchObject({ epoch: 1, published: 0 });
  });

  test('drains when it is asked to', async () => {
    const deployment = await fed();
    expect(await createFireHandler(temperatures, deployment.ports)({ action: 'drain' }, CONTEXT)).toMatchObject({
      watermark: END_OF_TIME,
      openWindows: 0,
    });
    expect(publishedValues(deployment.panes)).toEqual(expectedValues(MEASUREMENTS));
  });

  test('refuses an action that there is not', async () => {
    const deployment = await fed();
    const handler = createFireHandler(temperatures, deployment.ports);
    await expect(handler({ action: 'pause' } as never, CONTEXT)).rejects.toThrow("there is no action 'pause'; allowed: fire, drain");
    expect(deployment.panes).toEqual([]);
  });
});

describe('without ports of its own', () => {
  afterEach(() => vi.unstubAllEnvs());

  test.each([createIngestHandler, createFireHandler])('a function says at its start what its environment lacks', (create) => {
    vi.stubEnv('MULLION_TABLE', 'logs');
    expect(() => create(temperatures)).toThrow('these environment variables are missing or wrong: MULLION_INPUT_STREAM (not set)');
  });
});
