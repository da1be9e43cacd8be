import { Buffer } from 'node:buffer';
import type { KinesisClient } from '@aws-sdk/client-kinesis';
import { readStream } from '../../../local/stream-reader.ts';

/** A document with its place, `shardId:sequenceNumber`. */
export interface Placed<T> {
  readonly place: string;
  readonly document: T;
}

/** Everything that stands on a stream now. */
export async function streamDocuments<T>(kinesis: KinesisClient, streamName: string): Promise<Placed<T>[]> {
  const found: Placed<T>[] = [];
  for await (const { shardId, sequenceNumber, data } of readStream({ kinesis, streamName, endAtTip: true })) {
    found.push({ place: `${shardId}:${sequenceNumber}`, document: JSON.parse(Buffer.from(data).toString('utf8')) as T });
  }
  return found;
}
