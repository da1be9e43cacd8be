import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { type DynamoDBClient, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { CorruptEntryError, FORMAT_VERSION } from '../../log/frame.ts';
import { chunkPartition, type LogName } from '../../log/keys.ts';
import type { ChunkReference } from './entry-item.ts';

interface Table {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  /** How many bytes of a payload one chunk holds. */
  readonly chunkBytes?: number;
}

// DynamoDB takes 400 KB an item.
const CHUNK_BYTES = 380 * 1024;

/**
 * Writes a payload as several items, before the entry that refers to them: whoever sees the entry can read all of it, and chunks that
 * nothing refers to expire. They are named by their content, so writing them again changes nothing.
 */
export async function writeChunks(
  { client, tableName, chunkBytes = CHUNK_BYTES }: Table,
  log: LogName,
  payload: Uint8Array,
  expiresAtS: number,
): Promise<ChunkReference> {
  const digest = createHash('sha256').update(payload).digest('hex');
  const count = Math.ceil(payload.length / chunkBytes);
  for (let index = 0; index < count; index++) {
    await client.send(
      new PutItemCommand({
        TableName: tableName,
        Item: {
          pk: { S: chunkPartition(log, digest) },
          n: { N: String(index + 1) },
          v: { N: String(FORMAT_VERSION) },
          b: { B: payload.subarray(index * chunkBytes, (index + 1) * chunkBytes) },
          x: { N: String(expiresAtS) },
        },
      }),
    );
  }
  return { digest, count };
}

/** @throws {CorruptEntryError} when chunks are missing or are not what was written. */
export async function readChunks({ client, tableName }: Table, log: LogName, { digest, count }: ChunkReference): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  while (parts.length < count) {
    const { Items = [] } = await client.send(
      new QueryCommand({
        TableName: tableName,
        KeyConditionExpression: 'pk = :chunks AND n > :after',
        ExpressionAttributeValues: { ':chunks': { S: chunkPartition(log, digest) }, ':after': { N: String(parts.length) } },
        // The entry that refers to them was seen, so they are all there; a lagging read must not pretend otherwise.
        ConsistentRead: true,
      }),
    );
    if (Items.length === 0) throw new CorruptEntryError(`${log}: a payload of ${count} chunks has lost all after ${parts.length}`);
    for (const item of Items) parts.push(item.b?.B ?? new Uint8Array());
  }
  const payload = Buffer.concat(parts);
  if (createHash('sha256').update(payload).digest('hex') !== digest)
    throw new CorruptEntryError(`${log}: a payload of ${count} chunks does not fit its digest`);
  return payload;
}
