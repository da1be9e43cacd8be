import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type LocalAws, startLocalAws } from '../../../local/emulators/local-aws.ts';
import type { MappingConfiguration } from '../../../local/event-source-mapping/configuration.ts';
import { EventSourceMapping } from '../../../local/event-source-mapping/event-source-mapping.ts';
import { LocalFunction } from '../../../local/lambda/local-function.ts';
import { createStream } from '../../../local/provisioning/stream.ts';
import { eventually } from '../eventually.ts';
import { fixtureDirectory } from '../fixtures/directory.ts';
import { unexpected } from '../unexpected.ts';

let aws: LocalAws;
let folder: string;
const running: { stop(): Promise<void> }[] = [];

beforeAll(async () => {
  aws = await startLocalAws();
  folder = await mkdtemp(join(tmpdir(), 'mullion-functions-'));
});
afterEach(async () => {
  for (const part of running.splice(0)) await part.stop();
});
afterAll(async () => {
  await aws.stop();
  await rm(folder, { recursive: true });
});

/** A stream with these records, the function behind it, and what it has said and answered so far. */
async function start(streamName: string, texts: string[], configuration: Partial<MappingConfiguration>, timeoutMs?: number) {
  await createStream(aws.kinesis, { streamName, shardCount: 1 });
  const records = texts.map((text) => ({ PartitionKey: text, Data: Buffer.from(text) }));
  await aws.kinesis.send(new PutRecordsCommand({ StreamName: streamName, Records: records }));
  const lines: string[] = [];
  const outcomes: string[] = [];
  const discarded: number[] = [];
  const target = new LocalFunction({
    functionName: 'by-record',
    directory: fixtureDirectory('by-record'),
    environment: { HUNG_MARKER: join(folder, streamName) },
    ...(timeoutMs !== undefined && { timeoutMs }),
    onLog: ({ line }) => lines.push(line),
  });
  const mapping = await EventSourceMapping.start({
    kinesis: aws.kinesis,
    streamName,
    target,
    configuration,
    startingPosition: 'TRIM_HORIZON',
    pollIntervalMs: 10,
    retryWait: { firstMs: 5, maxMs: 20 },
    onDelivery: ({ outcome }) => outcomes.push(outcome.kind === 'failed' ? outcome.error.errorType : 'returned'),
    onFailure: ({ KinesisBatchInfo }) => void discarded.push(KinesisBatchInfo.batchSize),
    onError: unexpected,
  });
  running.push(mapping, target);
  return { target, mapping, outcomes, discarded, lines };
}

test('a batch whose invocation times out is delivered again, to a fresh process', async () => {
  const { target, mapping, outcomes, lines } = await start('hanging', ['a', 'hang once', 'b'], {}, 250);
  await mapping.caughtUp();
  expect(outcomes).toEqual(['Sandbox.Timedout', 'returned']);
  expect(lines).toEqual(['done a', 'hangs', 'done a', 'done hang once', 'done b']);
  expect(target.coldStarts).toBe(2);
});

test('a batch whose function is killed in the middle is delivered again, to a fresh process', async () => {
  const { target, mapping, outcomes, lines } = await start('killed', ['a', 'hang once', 'b'], { batchSize: 2 });
  await eventually(() => lines.includes('hangs'));
  process.kill(target.pids[0] as number, 'SIGKILL');
  await mapping.caughtUp();
  expect(outcomes).toEqual(['Runtime.ExitError', 'returned', 'returned']);
  expect(lines).toEqual(['done a', 'hangs', 'done a', 'done hang once', 'done b']);
  expect(target.coldStarts).toBe(2);
});

test('a poison record in a function is isolated and discarded', async () => {
  const settings = { bisectBatchOnFunctionError: true, maximumRetryAttempts: 1 };
  const { mapping, discarded, lines } = await start('poisoned', ['a', 'b', 'poison', 'c'], settings);
  await mapping.caughtUp();
  expect(discarded).toEqual([1]);
  expect(new Set(lines.filter((line) => line.startsWith('done')))).toEqual(new Set(['done a', 'done b', 'done c']));
});
