import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { createDynamodbClient } from '../../local/clients.ts';
import { objectKeys } from '../../shared/adapters/s3/s3-object-keys.ts';
import { ObjectStoreError } from '../../shared/adapters/s3/s3-requests.ts';
import { startS3rver } from '../engines/s3rver.ts';

const SIGNER = {
  ...createDynamodbClient({ endpoint: 'http://127.0.0.1' }).config,
  region: 'eu-west-1',
  credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI' },
};

async function listed(keys: AsyncIterable<string>): Promise<string[]> {
  const found: string[] = [];
  for await (const key of keys) found.push(key);
  return found;
}

test('the keys of a bucket are listed by what they begin with', async () => {
  const s3 = await startS3rver();
  const bytes = Buffer.from('bytes');
  const digest = createHash('sha256').update(bytes).digest('hex');
  for (const key of ['a/2', 'a/1 b', 'b/1']) {
    const path = key.split('/').map(encodeURIComponent).join('/');
    await s3.open().put(`${s3.bucket}/${path}`, bytes, digest);
  }
  expect(await listed(objectKeys(s3.signer, s3.bucket, 'a/'))).toEqual(['a/1 b', 'a/2']);
  expect(await listed(objectKeys(s3.signer, s3.bucket, 'nothing'))).toEqual([]);
  await expect(listed(objectKeys(s3.signer, `${s3.bucket}-of-others`, 'a/'))).rejects.toThrow(ObjectStoreError);
  await s3.stop();
});

test('a list that is longer than a page is read to its end', async () => {
  const asked: (string | null)[] = [];
  const page = (keys: string, next = '') => `<ListBucketResult>${keys}${next}</ListBucketResult>`;
  const server = createServer((request, response) => {
    const token = new URL(request.url ?? '', 'http://localhost').searchParams.get('continuation-token');
    asked.push(token);
    response.end(
      token === null
        ? page('<Contents><Key>1</Key></Contents>', '<NextContinuationToken>1/+=</NextContinuationToken>')
        : page('<Contents><Key>a+b%2Bc</Key></Contents>'),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const bucket = `http://127.0.0.1:${(server.address() as AddressInfo).port}/bucket`;
  expect(await listed(objectKeys(SIGNER, bucket, ''))).toEqual(['1', 'a b+c']);
  expect(asked).toEqual([null, '1/+=']);
  server.close();
});
