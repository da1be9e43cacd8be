import { CreateStreamCommand, DescribeStreamSummaryCommand, type KinesisClient } from '@aws-sdk/client-kinesis';
import { pause } from '../../shared/adapters/pause.ts';

export interface StreamDefinition {
  readonly streamName: string;
  readonly shardCount: number;
}

export type CreateOutcome = 'created' | 'alreadyThere';

const POLL_MS = 20;

/** Creates the stream unless it exists (its shards are then left as they are) and waits until it is active. */
export async function createStream(kinesis: KinesisClient, { streamName, shardCount }: StreamDefinition): Promise<CreateOutcome> {
  const outcome = await kinesis
    .send(new CreateStreamCommand({ StreamName: streamName, ShardCount: shardCount }))
    .then((): CreateOutcome => 'created', alreadyThere);
  await waitUntilStreamIsActive(kinesis, streamName);
  return outcome;
}

/** A stream is not active while it is created, split or merged. */
export async function waitUntilStreamIsActive(kinesis: KinesisClient, streamName: string): Promise<void> {
  for (;;) {
    const { StreamDescriptionSummary: summary } = await kinesis.send(new DescribeStreamSummaryCommand({ StreamName: streamName }));
    if (summary?.StreamStatus === 'ACTIVE') return;
    await pause(POLL_MS);
  }
}

/** Both services answer the creation of what exists with this error. */
export function alreadyThere(error: unknown): CreateOutcome {
  if (error instanceof Error && error.name === 'ResourceInUseException') return 'alreadyThere';
  throw error;
}
