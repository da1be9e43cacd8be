import { join } from 'node:path';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { KinesisClient } from '@aws-sdk/client-kinesis';
import { createDynamodbClient, createKinesisClient, EMULATOR_CREDENTIALS, EMULATOR_REGION } from '../clients.ts';
import { startEmulator } from './emulator.ts';

/** Kinesis and DynamoDB on this machine, clients to reach them, and what a function needs to reach them too. */
export interface LocalAws {
  readonly kinesis: KinesisClient;
  readonly dynamodb: DynamoDBClient;
  /** Environment variables that point the AWS SDK of a function at the emulators. */
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** @param dataDirectory folder that keeps streams and tables from one run to the next; without it they are in memory. */
export async function startLocalAws({ dataDirectory }: { dataDirectory?: string } = {}): Promise<LocalAws> {
  const folder = (name: string) => (dataDirectory === undefined ? {} : { dataDirectory: join(dataDirectory, name) });
  const starting = [startEmulator('kinesalite', folder('kinesis')), startEmulator('dynalite', folder('dynamodb'))] as const;
  const started = await Promise.allSettled(starting);
  // Neither stays behind when the other could not start.
  const isComplete = started.every((result) => result.status === 'fulfilled');
  for (const result of started) if (!isComplete && result.status === 'fulfilled') await result.value.stop();
  const [kinesalite, dynalite] = await Promise.all(starting);
  const kinesis = createKinesisClient({ endpoint: kinesalite.endpoint });
  const dynamodb = createDynamodbClient({ endpoint: dynalite.endpoint });
  return {
    kinesis,
    dynamodb,
    environment: {
      AWS_REGION: EMULATOR_REGION,
      AWS_ACCESS_KEY_ID: EMULATOR_CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: EMULATOR_CREDENTIALS.secretAccessKey,
      AWS_ENDPOINT_URL_KINESIS: kinesalite.endpoint,
      AWS_ENDPOINT_URL_DYNAMODB: dynalite.endpoint,
    },
    stop: async () => {
      kinesis.destroy();
      dynamodb.destroy();
      await Promise.all([kinesalite.stop(), dynalite.stop()]);
    },
  };
}
