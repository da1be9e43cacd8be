import type { Context } from 'aws-lambda';
import { describe, expect, test } from 'vitest';
import { createFireHandler, type FireDeployment } from '../../../functions/fire/handler.ts';
import { createIngestHandler, type IngestDeployment } from '../../../functions/ingest/handler.ts';
import { CountedLogStore } from '../../../functions/telemetry/counted-log-store.ts';
import { requestControl } from '../../../shared/control/request-control.ts';
import { controlLog, snapshotLog } from '../../../shared/log/keys.ts';
import { nextPosition, ORIGIN } from '../../../shared/log/position.ts';
import { measured, SHARD } from '../../fixtures/delivered-record.ts';
import { Interrupted, InterruptedStore, once } from '../../fixtures/interrupted-store.ts';
import { kinesisEvent } from '../../fixtures/kinesis-event.ts';
import { MemoryDeployment } from '../../fixtures/memory-deployment.ts';
import { type Measurement, temperatures } from '../../fixtures/temperature-pipeline.ts';
import { RecordedTelemetry } from './recorded-telemetry.ts';

const CONTEXT = {} as Context;

interface Parts {
  readonly deployment?: MemoryDeployment;
  readonly ingestPorts?: Partial<IngestDeployment>;
  readonly firePorts?: Partial<FireDeployment>;
}

/** Both functions over one memory, and what they tell. */
function deploy({ deployment = new MemoryDeployment(), ingestPorts = {}, firePorts = {} }: Parts = {}) {
  const telemetry = new RecordedTelemetry();
  const ingest = createIngestHandler(temperatures, { ...deployment.ports, ...ingestPorts, telemetry });
  const fire = createFireHandler(temperatures, { ...deployment.ports, ...firePorts, telemetry });
  let next = 100;
  const send = async (...data: (Measurement | string)[]) =>
    ingest(
      kinesisEvent(
        data.map((each) => ({
          shard: SHARD,
          sequenceNumber: String(next++),
          data: typeof each === 'string' ? each : JSON.stringify(each),
        })),
      ),
      CONTEXT,
    );
  return { deployment, telemetry, ingest, send, fire: async () => fire({}, CONTEXT) };
}

describe('ingest', () => {
  test('tells what became of the events of every batch', async () => {
    const { telemetry, send, fire } = deploy();
    await send(measured(8_000), measured(9_000, 'spare'), 'poison', measured(80_000));
    await fire();
    await send(measured(2_000));
    expect(telemetry.of('events')).toEqual([[4], [1]]);
    expect(telemetry.of('filteredEvents')).toEqual([[1]]);
    expect(telemetry.of('invalidEvents')).toEqual([[1]]);
    expect(telemetry.of('tooLateEvents')).toEqual([[1]]);
    // The watermark is 74,999.
    expect(telemetry.of('latenessMs')).toEqual([[72_999]]);
    expect(telemetry.lines.filter(({ message }) => message === 'batch')).toEqual([
      {
        level: 'debug',
        message: 'batch',
        fields: { shard: SHARD, read: 4, folded: 2, filtered: 1, late: 0, invalid: 1, repeatedRecords: 0 },
      },
      {
        level: 'debug',
        message: 'batch',
        fields: { shard: SHARD, read: 1, folded: 0, filtered: 0, late: 1, invalid: 0, repeatedRecords: 0, latenessMs: 72_999 },
      },
    ]);
  });

  test('counts records that come again once, and as repeated', async () => {
    const { telemetry, ingest } = deploy();
    const event = kinesisEvent([{ shard: SHARD, sequenceNumber: '100', data: JSON.stringify(measured(1_000)) }]);
    await ingest(event, CONTEXT);
    await ingest(event, CONTEXT);
    expect(telemetry.of('events')).toEqual([[1]]);
    expect(telemetry.of('repeatedRecords')).toEqual([[1]]);
  });

  test('says that fire could not be woken, and goes on', async () => {
    const waker = { wake: () => Promise.reject(new Error('throttled')) };
    const { telemetry, send } = deploy({ ingestPorts: { waker } });
    await send(measured(8_000), measured(80_000));
    expect(telemetry.of('wakeFailures')).toEqual([[1]]);
    expect(telemetry.lines).toContainEqual({
      level: 'warn',
      message: expect.stringContaining('woken'),
      fields: { reason: 'Error: throttled' },
    });
  });

  test('writes the figures of the batches before one that fails', async () => {
    const { deployment, telemetry, send } = deploy();
    const failing = createIngestHandler(temperatures, {
      ...deployment.ports,
      sideStream: { publish: () => Promise.reject(new Interrupted()) },
      telemetry,
    });
    await send(measured(1_000));
    telemetry.meter.add('publishRetries', 3);
    await expect(failing(kinesisEvent([{ shard: SHARD, sequenceNumber: '900', data: 'poison' }]), CONTEXT)).rejects.toThrow(Interrupted);
    expect(telemetry.of('publishRetries')).toEqual([[3]]);
  });
});

describe('fire', () => {
  test('tells of every epoch what it did and where the pipeline stands', async () => {
    const { deployment, telemetry, send, fire } = deploy();
    await send(measured(1_000), measured(60_000));
    deployment.nowMs = 100_000;
    await fire();
    expect(telemetry.of('epochs')).toEqual([[1]]);
    expect(telemetry.of('panes')).toEqual([[2]]);
    expect(telemetry.of('windowsCreated')).toEqual([[4]]);
    expect(telemetry.of('windowsCompleted')).toEqual([[2]]);
    expect(telemetry.of('openWindows')).toEqual([[2]]);
    expect(telemetry.of('idleShards')).toEqual([[0]]);
    expect(telemetry.of('conservationDifference')).toEqual([[0]]);
    // Some looks at the clock later.
    const lagMs = telemetry.of('watermarkLagMs')[0]?.[0] as number;
    expect(lagMs - (100_000 - 54_999)).toBeLessThan(20);
    expect(telemetry.figures).toContainEqual({ name: 'shardWatermarkLagMs', shard: SHARD, values: [lagMs] });
    expect(telemetry.lines.filter(({ level }) => level === 'info')).toMatchObject([
      {
        message: 'epoch',
        fields: { epoch: 1, watermark: '1970-01-01T00:00:54.999Z', watermarkLagMs: lagMs, panes: 2, commits: 1, published: 2 },
      },
    ]);
  });

  test('tells of late events, where they change what a window has said', async () => {
    const { telemetry, send, fire } = deploy();
    await send(measured(8_000), measured(80_000));
    await fire();
    await send(measured(20_000));
    await fire();
    expect(telemetry.of('latePanes')).toEqual([[1]]);
  });

  test('tells how far the watermark has moved, and for how long it has stood still though commits came', async () => {
    const { deployment, telemetry, send, fire } = deploy();
    await send(measured(20_000));
    await fire();
    await send(measured(80_000));
    await fire();
    expect(telemetry.of('watermarkAdvanceMs')).toEqual([[60_000]]);
    expect(telemetry.of('watermarkStuckMs')).toEqual([]);
    for (const nowMs of [1_000_000, 1_900_000]) {
      deployment.nowMs = nowMs;
      await send(measured(79_000));
      await fire();
    }
    const [stuckMs] = telemetry.of('watermarkStuckMs').at(-1) as [number];
    expect(Math.abs(stuckMs - 900_000)).toBeLessThan(100);
  });

  test('tells of an idle pipeline nothing at all', async () => {
    const { deployment, telemetry, fire } = deploy();
    for (let tick = 0; tick < 100; tick++) {
      deployment.nowMs += 60_000;
      await fire();
    }
    expect(telemetry.figures).toEqual([]);
    expect(telemetry.lines).toEqual([]);
  });

  test('tells what a snapshot took', async () => {
    const { deployment, telemetry, send, fire } = deploy();
    await send(measured(1_000), measured(60_000));
    await requestControl(temperatures.name, 'checkpoint', deployment.ports);
    await fire();
    expect(telemetry.of('snapshotBytes')).toEqual([[expect.any(Number)]]);
    expect(telemetry.of('snapshotDurationMs')).toEqual([[1]]);
    expect(telemetry.of('stateBytes')).toEqual(telemetry.of('snapshotBytes'));
    expect(telemetry.of('snapshotFailures')).toEqual([]);
  });

  test('tells that a snapshot could not be written, and how old the one is that a start begins from, once that is hours', async () => {
    const deployment = new MemoryDeployment();
    const logStore = new InterruptedStore(deployment.store, once(`append ${snapshotLog(temperatures.name)}`, 'before'));
    const { telemetry, send, fire } = deploy({ deployment, firePorts: { logStore } });
    await send(measured(1_000), measured(60_000));
    await fire();
    expect(telemetry.of('snapshotAgeMs')).toEqual([]);
    await requestControl(temperatures.name, 'checkpoint', deployment.ports);
    deployment.nowMs += 7_200_000;
    await fire();
    expect(telemetry.of('snapshotFailures')).toEqual([[1]]);
    expect(telemetry.lines).toContainEqual({
      level: 'warn',
      message: expect.stringContaining('snapshot could not be written'),
      fields: { reason: expect.stringContaining('Interrupted') },
    });
  });

  test('tells for how long a pipeline is paused as for how long its watermark is stuck, also with nothing open', async () => {
    const { deployment, telemetry, send, fire } = deploy();
    await send(measured(1_000));
    await fire();
    await requestControl(temperatures.name, 'pause', deployment.ports);
    await fire();
    deployment.nowMs += 3_600_000;
    await fire();
    const [pausedMs] = telemetry.of('watermarkStuckMs').at(-1) as [number];
    expect(Math.abs(pausedMs - 3_600_000)).toBeLessThan(100);
  });
});

test('a race that is lost is counted, whoever loses it', async () => {
  const { deployment, telemetry, send } = deploy();
  const { ports } = deployment;
  const counted = createIngestHandler(temperatures, {
    ...ports,
    logStore: new CountedLogStore(ports.logStore, telemetry.meter),
    telemetry,
  });
  const event = (number: string) => kinesisEvent([{ shard: SHARD, sequenceNumber: number, data: JSON.stringify(measured(1_000)) }]);
  await counted(event('90'), CONTEXT);
  // The other one appends where this one, by its memory, wants to.
  await send(measured(2_000));
  await counted(event('190'), CONTEXT);
  expect(telemetry.of('appendConflicts')).toEqual([[1]]);
});

test('a failed append is no lost race', async () => {
  const { deployment, telemetry } = deploy();
  const store = new CountedLogStore(new InterruptedStore(deployment.store, once('append', 'before')), telemetry.meter);
  await expect(
    store.append(controlLog(temperatures.name), nextPosition(ORIGIN), { header: '{}', payload: new Uint8Array() }),
  ).rejects.toThrow(Interrupted);
  telemetry.meter.flush();
  expect(telemetry.figures).toEqual([]);
});
