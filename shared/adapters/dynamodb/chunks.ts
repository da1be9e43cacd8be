import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { CorruptEntryError, FORMAT_VERSION } from '../../log/frame.ts';
import { chunkPartition, type LogName } from '../../log/keys.ts';
import type { Position } from '../../log/position.ts';
import type { ChunkReference } from './entry-item.ts';
import { inParallel } from './in-parallel.ts';

interface Table {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  /** How many bytes of a payload one chunk holds. */
  readonly chunkBytes?: number;
}

/** DynamoDB takes 400 KB an item. */
export const CHUNK_BYTES = 380 * 1024;
// A large state is a hundred chunks; one after the other they would take seconds.
const CHUNKS_AT_ONCE = 8;
// Time to live deletes in no order. An entry that is still there has its chunks.
const OUTLIVE_ENTRY_S = 7 * 86_400;

/**
 * Writes a payload as several items, before the entry that refers to them: whoever sees the entry can read all of it, and chunks that
 * nothing refers to expire. They are named by their content, so writing them again changes nothing but how long they are kept.
 */
export async function writeChunks(
  { client, tableName, chunkBytes = CHUNK_BYTES }: Table,
  log: LogName,
  payload: Uint8Array,
  entryExpiresAtS: number,
): Promise<ChunkReference> {
  const digest = createHash('sha256').update(payload).digest('hex');
  const count = Math.ceil(payload.length / chunkBytes);
  await inParallel(count, CHUNKS_AT_ONCE, async (index) => {
    await client.send(
      new PutItemCommand({
        TableName: tableName,
        Item: {
          ...chunkKey(log, digest, index + 1),
          v: { N: String(FORMAT_VERSION) },
          b: { B: payload.subarray(index * chunkBytes, (index + 1) * chunkBytes) },
          x: { N: String(entryExpiresAtS + OUTLIVE_ENTRY_S) },
        },
      }),
    );
  });
  return { kind: 'chunks', digest, count };
}

/** @throws {CorruptEntryError} when chunks are missing or are not what was written. */
export async function readChunks(
  { client, tableName }: Table,
  log: LogName,
  position: Position,
  { digest, count }: ChunkReference,
): Promise<Uint8Array> {
  const parts = await inParallel(count, CHUNKS_AT_ONCE, async (index) => {
    const { Item } = await client.send(
      new GetItemCommand({
        TableName: tableName,
        Key: chunkKey(log, digest, index + 1),
        // The entry that refers to them was seen, so they are all there; a lagging read must not pretend otherwise.
        ConsistentRead: true,
      }),
    );
    if (Item?.b?.B === undefined)
      throw new CorruptEntryError(`${log} at ${position}: a payload of ${count} chunks has lost number ${index + 1}`, { position });
    return Item.b.B;
  });
  const payload = Buffer.concat(parts);
  if (createHash('sha256').update(payload).digest('hex') !== digest)
    throw new CorruptEntryError(`${log} at ${position}: a payload of ${count} chunks does not fit its digest`, { position });
  return payload;
}

function chunkKey(log: LogName, digest: string, number: number) {
  return { pk: { S: chunkPartition(log, digest, number) }, n: { N: String(number) } };
}
