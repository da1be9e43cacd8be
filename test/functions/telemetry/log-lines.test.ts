import { Logger } from '@aws-lambda-powertools/logger';
import type { Context } from 'aws-lambda';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { createFireHandler } from '../../../functions/fire/handler.ts';
import { createIngestHandler } from '../../../functions/ingest/handler.ts';
import { EmfWriter } from '../../../functions/telemetry/emf-writer.ts';
import { Meter } from '../../../functions/telemetry/meter.ts';
import type { Telemetry } from '../../../functions/telemetry/telemetry.ts';
import { linesOf } from '../../fixtures/captured-output.ts';
import { measured, SHARD } from '../../fixtures/delivered-record.ts';
import { kinesisEvent } from '../../fixtures/kinesis-event.ts';
import { MemoryDeployment } from '../../fixtures/memory-deployment.ts';
import { temperatures } from '../../fixtures/temperature-pipeline.ts';

const CONTEXT = { awsRequestId: 'request-1', functionName: 'ingest', memoryLimitInMB: '512', invokedFunctionArn: 'arn' } as Context;

const emfSchema = z.looseObject({
  _aws: z.object({
    Timestamp: z.number(),
    CloudWatchMetrics: z.array(
      z.object({
        Namespace: z.string(),
        Dimensions: z.array(z.array(z.string())),
        Metrics: z.array(z.object({ Name: z.string(), Unit: z.string() })),
      }),
    ),
  }),
});

/** What a line tells CloudWatch to do, and with which fields. */
function emfOf(line: string) {
  const { ['_aws']: directive, ...fields } = emfSchema.parse(JSON.parse(line));
  return { directive, fields };
}

afterEach(() => vi.unstubAllEnvs());

describe('a line of metrics', () => {
  test('says to CloudWatch what it holds, in one set of dimensions', async () => {
    const clock = { nowMs: () => 90_000 };
    const [line = '', ...others] = await linesOf(() => {
      const meter = new Meter({ writer: new EmfWriter('Stack/Flights'), clock, level: 'all' });
      meter.add('events', 12);
      meter.see('watermarkLagMs', 5_000);
      meter.see('watermarkLagMs', 7_000);
      meter.flush();
    });
    expect(others).toEqual([]);
    const { directive, fields } = emfOf(line);
    expect(fields).toEqual({ service: 'Stack/Flights', events: 12, watermarkLagMs: [5_000, 7_000] });
    expect(directive.CloudWatchMetrics).toEqual([
      {
        Namespace: 'Mullion',
        Dimensions: [['service']],
        Metrics: [
          { Name: 'events', Unit: 'Count' },
          { Name: 'watermarkLagMs', Unit: 'Milliseconds' },
        ],
      },
    ]);
  });

  test('has a line of its own for every shard', async () => {
    const lines = await linesOf(() => {
      const meter = new Meter({ writer: new EmfWriter('Stack/Flights'), clock: { nowMs: () => 0 }, level: 'shards' });
      meter.add('events', 1);
      for (const shard of ['a', 'b']) meter.see('shardWatermarkLagMs', 1, shard);
      meter.flush();
    });
    expect(lines.map((line) => emfOf(line).directive.CloudWatchMetrics[0]?.Dimensions)).toEqual([
      [['service']],
      [['service', 'shard']],
      [['service', 'shard']],
    ]);
  });
});

test('no line holds a payload, a key or a value, at any level', async () => {
  vi.stubEnv('POWERTOOLS_LOG_LEVEL', 'DEBUG');
  const lines = await linesOf(async () => {
    const deployment = new MemoryDeployment();
    const telemetry: Telemetry = {
      meter: new Meter({ writer: new EmfWriter('Stack/Flights'), clock: { nowMs: () => Date.now() }, level: 'shards' }),
      log: new Logger({ serviceName: 'Stack/Flights' }),
    };
    const ingest = createIngestHandler(temperatures, { ...deployment.ports, telemetry });
    const fire = createFireHandler(temperatures, { ...deployment.ports, telemetry });
    const data = [
      JSON.stringify(measured(8_000, 'secret-sensor', 31_337)),
      'secret poison',
      JSON.stringify(measured(80_000, 'secret-sensor')),
    ];
    const records = data.map((each, index) => ({ shard: SHARD, sequenceNumber: String(index), data: each, partitionKey: 'secret-key' }));
    await ingest(kinesisEvent(records), CONTEXT);
    await fire({}, CONTEXT);
    await ingest(kinesisEvent([{ shard: SHARD, sequenceNumber: '9', data: data[0] as string }]), CONTEXT);
    await fire({}, CONTEXT);
    await fire({ action: 'drain' }, CONTEXT);
    expect(deployment.panes.map(({ key }) => key)).toContain('secret-sensor');
  });
  expect(lines.length).toBeGreaterThan(5);
  for (const line of lines) {
    expect(line).not.toMatch(/secret|31337/);
    expect(() => z.record(z.string(), z.unknown()).parse(JSON.parse(line))).not.toThrow();
  }
  const levels = lines.map((line) => z.looseObject({ level: z.string().optional() }).parse(JSON.parse(line)).level);
  expect(new Set(levels)).toEqual(new Set(['DEBUG', 'INFO', undefined]));
});
