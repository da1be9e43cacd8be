import { Buffer } from 'node:buffer';
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { createDynamodbClient } from '../../local/clients.ts';
import { S3ObjectStore } from '../../shared/adapters/s3/s3-object-store.ts';
import { ObjectStoreError } from '../../shared/adapters/s3/s3-requests.ts';
import { startS3rver } from '../engines/s3rver.ts';

const sha256 = (text: string | Uint8Array) => createHash('sha256').update(text).digest('hex');
const { config } = createDynamodbClient({ endpoint: 'http://127.0.0.1' });
const CREDENTIALS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI', sessionToken: 'a token' };

interface Seen {
  readonly request: IncomingMessage;
  readonly body: Buffer;
}

let server: Server;

/** A service that answers as it is told, one answer after the other. */
async function serviceOf(...answers: ((response: ServerResponse) => void)[]): Promise<{ address: string; seen: Seen[] }> {
  const seen: Seen[] = [];
  server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      seen.push({ request, body: Buffer.concat(parts) });
      answers[Math.min(seen.length, answers.length) - 1]?.(response);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/bucket/flights/shard-0/1-a_b`, seen };
}

afterEach(() => {
  server?.close();
  server?.closeAllConnections();
});

const store = () => new S3ObjectStore({ ...config, region: 'eu-west-1', credentials: CREDENTIALS });

const ok = (response: ServerResponse) => void response.end('bytes');
const resets = (response: ServerResponse) => void response.destroy();
const cutShort = (response: ServerResponse) => {
  response.writeHead(200, { 'content-length': '100' });
  response.write('half of it', () => response.destroy());
};
const fails = (status: number, code: string) => (response: ServerResponse) => {
  response.writeHead(status).end(`<?xml version="1.0"?>\n<Error><Code>${code}</Code><Message>…</Message></Error>`);
};

describe('objects in s3rver', () => {
  test('are read as they were written, or are not there', async () => {
    const s3 = await startS3rver();
    const objects = s3.open();
    for (const bytes of [randomBytes(3_000_000), new Uint8Array()]) {
      const address = `${s3.bucket}/a/b/${sha256(bytes)}`;
      await objects.put(address, bytes, sha256(bytes));
      await objects.put(address, bytes, sha256(bytes));
      expect(await objects.get(address)).toEqual(Buffer.from(bytes));
    }
    expect(await objects.get(`${s3.bucket}/a/nothing`)).toBeUndefined();
    await expect(objects.get(`${s3.bucket}-of-others/a`)).rejects.toThrow('S3 answered 404 NoSuchBucket');
    await s3.stop();
  });
});

describe('a request', () => {
  // By the rules of https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html: no emulator checks all of them.
  test('is signed as S3 wants it, with the digest of what it brings', async () => {
    const { address, seen } = await serviceOf(ok);
    await store().put(address, Buffer.from('payload'), sha256('payload'));
    await store().get(address);
    const bodies = ['payload', ''];
    expect(seen.map(({ body }) => body.toString())).toEqual(bodies);
    for (const [index, { request }] of seen.entries()) {
      const { headers } = request;
      const stamp = String(headers['x-amz-date']);
      const scope = `${stamp.slice(0, 8)}/eu-west-1/s3/aws4_request`;
      const signed = ['host', 'x-amz-content-sha256', 'x-amz-date', 'x-amz-security-token'];
      const canonical = [
        request.method,
        new URL(address).pathname,
        '',
        ...signed.map((name) => `${name}:${String(headers[name])}`),
        '',
        signed.join(';'),
        sha256(bodies[index] as string),
      ].join('\n');
      const toSign = ['AWS4-HMAC-SHA256', stamp, scope, sha256(canonical)].join('\n');
      const key = scope
        .split('/')
        .reduce<Buffer>(
          (secret, part) => createHmac('sha256', secret).update(part).digest(),
          Buffer.from(`AWS4${CREDENTIALS.secretAccessKey}`),
        );
      const signature = createHmac('sha256', key).update(toSign).digest('hex');
      expect(headers.authorization).toBe(
        `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/${scope}, SignedHeaders=${signed.join(';')}, Signature=${signature}`,
      );
    }
  });

  test.each([
    ['throttled', fails(503, 'SlowDown')],
    ['failed by S3 itself', fails(500, 'InternalError')],
    ['taken for too slow', fails(400, 'RequestTimeout')],
    ['reset', resets],
    ['answered by half', cutShort],
  ])('that is %s is made again', async (_what, trouble) => {
    const { address, seen } = await serviceOf(trouble, trouble, ok);
    expect(await store().get(address)).toEqual(Buffer.from('bytes'));
    expect(seen).toHaveLength(3);
  });

  test('that fails four times has failed', async () => {
    const { address, seen } = await serviceOf(fails(503, 'SlowDown'));
    await expect(store().put(address, Buffer.from('payload'), sha256('payload'))).rejects.toThrow(
      new ObjectStoreError(`PUT ${address}: S3 answered 503 SlowDown`),
    );
    expect(seen).toHaveLength(4);
    server.close();
    server.closeAllConnections();
    await expect(store().get(address)).rejects.toThrow(/GET .*: failed 4 times, at last with .*ECONNREFUSED/);
  });

  test.each([
    [fails(404, 'NoSuchKey'), undefined],
    // What S3 says of an object that is not there to who may not list the bucket.
    [fails(403, 'AccessDenied'), undefined],
  ])('for an object that is not there, or may not be read, finds none', async (answer, found) => {
    const { address, seen } = await serviceOf(answer);
    expect(await store().get(address)).toBe(found);
    await expect(store().put(address, Buffer.from('payload'), sha256('payload'))).rejects.toThrow(ObjectStoreError);
    expect(seen).toHaveLength(2);
  });

  test('that is refused for another reason is no missing object', async () => {
    const { address, seen } = await serviceOf(fails(403, 'SignatureDoesNotMatch'));
    await expect(store().get(address)).rejects.toThrow(`GET ${address}: S3 answered 403 SignatureDoesNotMatch`);
    expect(seen).toHaveLength(1);
  });
});
