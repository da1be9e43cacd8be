import type { KinesisClient } from '@aws-sdk/client-kinesis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createKinesisClient } from '../../local/clients.ts';
import { pause } from '../../shared/adapters/pause.ts';
import { KinesisShardProbe } from '../../shared/adapters/kinesis/kinesis-shard-probe.ts';
import type { ShardId } from '../../shared/watermarks/shard.ts';
import type { Engine } from '../engines/engine.ts';
import { startKinesisLocal } from '../engines/kinesis-local.ts';
import { TestStream } from '../engines/test-stream.ts';

const SHARD = 'shardId-000000000000' as ShardId;

// kinesalite does not answer where nothing came since the moment.
let engine: Engine;
let kinesis: KinesisClient;
beforeAll(async () => {
  engine = await startKinesisLocal();
  kinesis = createKinesisClient({ endpoint: engine.endpoint });
});
afterAll(async () => {
  kinesis.destroy();
  await engine.stop();
});

test('what came before the moment from which a pipeline reads is nothing to it: the shard is idle, or drained', async () => {
  const stream = await TestStream.create(kinesis);
  const before = await stream.put();
  await pause(50);
  const startingAt = new Date();
  const probe = new KinesisShardProbe(kinesis, stream.name, startingAt);
  expect(await probe.probe(SHARD, undefined)).toEqual({ kind: 'empty' });
  expect(await new KinesisShardProbe(kinesis, stream.name).probe(SHARD, undefined)).toEqual({ kind: 'records' });

  await pause(50);
  const after = await stream.put();
  expect(await probe.probe(SHARD, undefined)).toEqual({ kind: 'records' });
  expect(await probe.probe(SHARD, before)).toEqual({ kind: 'records' });
  expect(await probe.probe(SHARD, after)).toEqual({ kind: 'empty' });

  await stream.split(SHARD);
  await pause(50);
  expect(await new KinesisShardProbe(kinesis, stream.name, new Date()).probe(SHARD, undefined)).toMatchObject({ kind: 'ended' });
});
