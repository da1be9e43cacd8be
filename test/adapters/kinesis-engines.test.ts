import { Buffer } from 'node:buffer';
import type { KinesisClient } from '@aws-sdk/client-kinesis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createKinesisClient } from '../../local/clients.ts';
import { startEmulator } from '../../local/emulators/emulator.ts';
import { readStream } from '../../local/stream-reader.ts';
import { kinesisShardDirectory } from '../../shared/adapters/kinesis/kinesis-shard-directory.ts';
import { KinesisShardProbe } from '../../shared/adapters/kinesis/kinesis-shard-probe.ts';
import { KinesisPublisher } from '../../shared/adapters/kinesis/kinesis-publisher.ts';
import { paneLines } from '../../shared/consumer/pane-lines.ts';
import type { ShardId } from '../../shared/watermarks/shard.ts';
import { describeOn } from '../engines/describe-on.ts';
import type { Engine } from '../engines/engine.ts';
import { type KinesisDifferences, kinesisDifferences } from '../engines/kinesis-differences.ts';
import { startKinesisLocal } from '../engines/kinesis-local.ts';
import { TestStream } from '../engines/test-stream.ts';
import { kinesisShardsContract } from './kinesis-shards-contract.ts';
import { publisherContract } from './publisher-contract.ts';
import { shardDirectoryContract } from './shard-directory-contract.ts';
import { shardProbeContract } from './shard-probe-contract.ts';

const [kinesalite, kinesisLocal] = await Promise.all([startEmulator('kinesalite'), startKinesisLocal()]);

const ENGINES: [Engine, KinesisDifferences][] = [
  [
    kinesalite,
    {
      saysHowFarBehind: false,
      endsWithTheLastRecord: false,
      namesChildren: false,
      endIsASequenceNumber: true,
      updatesShardCount: false,
      pages: false,
    },
  ],
  [
    kinesisLocal,
    {
      saysHowFarBehind: true,
      endsWithTheLastRecord: true,
      namesChildren: true,
      endIsASequenceNumber: false,
      updatesShardCount: true,
      pages: true,
    },
  ],
];

for (const [engine, differences] of ENGINES) {
  describeOn(engine, 'what is built on Kinesis', ({ endpoint }) => {
    let kinesis: KinesisClient;

    beforeAll(() => {
      kinesis = createKinesisClient({ endpoint });
    });

    afterAll(async () => {
      kinesis.destroy();
      await engine.stop();
    });

    publisherContract(async () => {
      const stream = await TestStream.create(kinesis);
      return { publisher: new KinesisPublisher({ client: kinesis, streamName: stream.name }), published: () => stream.records() };
    });

    test('packed documents are on the shard of their key, in order, and on the same when they come again', async () => {
      const stream = await TestStream.create(kinesis, 4);
      const documents = Array.from({ length: 400 }, (_each, n) => ({ partitionKey: `key ${n % 37}`, json: JSON.stringify({ n }) }));
      const [many, one] = [true, false].map((packs) => new KinesisPublisher({ client: kinesis, streamName: stream.name, packs }));
      for (const publisher of [many, one, many]) await publisher?.publish(documents);
      const places = new Map<string, { shards: Set<string>; numbers: number[] }>();
      for await (const { shardId, data } of readStream({ kinesis, streamName: stream.name, endAtTip: true })) {
        for (const line of paneLines(Buffer.from(data).toString('utf8'))) {
          const { n } = JSON.parse(line) as { n: number };
          const place = places.get(`key ${n % 37}`) ?? { shards: new Set(), numbers: [] };
          places.set(`key ${n % 37}`, place);
          place.shards.add(shardId);
          place.numbers.push(n);
        }
      }
      expect(new Set([...places.values()].flatMap(({ shards }) => [...shards])).size).toBe(4);
      for (const [key, { shards, numbers }] of places) {
        const own = documents.filter(({ partitionKey }) => partitionKey === key).map(({ json }) => (JSON.parse(json) as { n: number }).n);
        expect(shards.size).toBe(1);
        expect(numbers).toEqual([...own, ...own, ...own]);
      }
    });

    shardDirectoryContract(async (shardCount) => {
      const stream = await TestStream.create(kinesis, shardCount);
      return kinesisShardDirectory(kinesis, stream.name);
    });

    shardProbeContract(async () => {
      const stream = await TestStream.create(kinesis);
      return {
        probe: new KinesisShardProbe(kinesis, stream.name),
        shard: 'shardId-000000000000' as ShardId,
        put: () => stream.put(),
      };
    });

    kinesisShardsContract(() => kinesis, differences);
    kinesisDifferences(() => kinesis, differences);
  });
}
