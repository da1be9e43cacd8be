import type { KinesisClient } from '@aws-sdk/client-kinesis';
import { afterAll, beforeAll } from 'vitest';
import { createKinesisClient } from '../../local/clients.ts';
import { startEmulator } from '../../local/emulators/emulator.ts';
import { kinesisShardDirectory } from '../../shared/adapters/kinesis/kinesis-shard-directory.ts';
import { KinesisShardProbe } from '../../shared/adapters/kinesis/kinesis-shard-probe.ts';
import { KinesisPublisher } from '../../shared/adapters/kinesis/kinesis-publisher.ts';
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
      return { publisher: new KinesisPublisher(kinesis, stream.name), published: () => stream.records() };
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
