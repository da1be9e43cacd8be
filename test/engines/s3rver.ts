import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import S3rver from 's3rver';
import { S3ObjectStore } from '../../shared/adapters/s3/s3-object-store.ts';
import type { Signer } from '../../shared/adapters/s3/s3-requests.ts';
import { createDynamodbClient } from '../../local/clients.ts';

export interface ObjectEngine {
  /** `http://127.0.0.1:<port>/payloads`, a bucket. */
  readonly bucket: string;
  /** Whose it is. */
  readonly signer: Signer;
  /** A way to it. */
  open(): S3ObjectStore;
  /** Deletes an object; nobody but time does that in S3. */
  remove(address: string): Promise<void>;
  stop(): Promise<void>;
}

const BUCKET = 'payloads';

/** s3rver in this process, with its objects in a folder for temporary files. */
export async function startS3rver(): Promise<ObjectEngine> {
  const directory = mkdtempSync(join(tmpdir(), 's3rver-'));
  const server = new S3rver({ port: 0, address: '127.0.0.1', silent: true, directory, configureBuckets: [{ name: BUCKET }] });
  const { port } = await server.run();
  const endpoint = `http://127.0.0.1:${port}`;
  // It knows one account.
  const credentials = async () => ({ accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' });
  const signer = { ...createDynamodbClient({ endpoint }).config, credentials };
  return {
    signer,
    bucket: `${endpoint}/${BUCKET}`,
    open: () => new S3ObjectStore(signer),
    remove: async (address) => {
      await fetch(address, { method: 'DELETE' });
    },
    stop: async () => {
      await server.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
