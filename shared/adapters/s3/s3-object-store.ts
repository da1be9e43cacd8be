import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { addAbortSignal, type Readable } from 'node:stream';
import { SignatureV4, type SignatureV4CryptoInit, type SignatureV4Init } from '@smithy/signature-v4';
import { httpHandler } from '../http-handler.ts';
import type { ObjectStore } from '../object-store.ts';

type HttpRequest = Parameters<ReturnType<typeof httpHandler>['handle']>[0];

/** Whose requests they are: what the configuration of any client of the SDK holds. The bucket is in that region. */
export type Signer = Pick<SignatureV4Init & SignatureV4CryptoInit, 'credentials' | 'region' | 'sha256'>;

interface Answer {
  readonly status: number;
  readonly body: Buffer;
}

const ATTEMPTS_MAX = 4;
const BACKOFF_FIRST_MS = 50;
const BODY_TIMEOUT_MS = 10_000;
const EMPTY_DIGEST = createHash('sha256').digest('hex');

/** S3 did not do what it was asked, as often as it was tried. An object may have been written; written again, it is the same. */
export class ObjectStoreError extends Error {
  override readonly name = 'ObjectStoreError';
}

/**
 * Objects in S3, by two plain requests that the SDK's own parts sign and send. Its client for S3 does far more than that, and would be a fifth of
 * every function (`docs/adr/0005-two-requests-to-s3.md`).
 */
export class S3ObjectStore implements ObjectStore {
  readonly #signature: SignatureV4;
  readonly #http = httpHandler();

  constructor({ credentials, region, sha256 }: Signer) {
    // S3 takes paths as they are.
    this.#signature = new SignatureV4({ service: 's3', credentials, region, sha256, uriEscapePath: false });
  }

  async put(address: string, bytes: Uint8Array, digest: string): Promise<void> {
    const answer = await this.#send('PUT', address, digest, bytes);
    if (answer.status !== 200) throw refused('PUT', address, answer);
  }

  async get(address: string): Promise<Uint8Array | undefined> {
    const answer = await this.#send('GET', address, EMPTY_DIGEST);
    if (answer.status === 200) return answer.body;
    const code = errorCode(answer);
    if (code === 'NoSuchKey' || code === 'AccessDenied') return undefined;
    throw refused('GET', address, answer);
  }

  /** Tries again while that may help. */
  async #send(method: 'GET' | 'PUT', address: string, digest: string, body?: Uint8Array): Promise<Answer> {
    for (let attempt = 1; ; attempt++) {
      const outcome = await this.#attempt(method, address, digest, body).catch(failureOf);
      const isFailure = outcome instanceof Error;
      if (!isFailure && !isPassing(outcome)) return outcome;
      if (attempt === ATTEMPTS_MAX) {
        throw isFailure
          ? new ObjectStoreError(`${method} ${address}: failed ${attempt} times, at last with ${outcome.message}`, { cause: outcome })
          : refused(method, address, outcome);
      }
      await new Promise((resolve) => setTimeout(resolve, BACKOFF_FIRST_MS * 2 ** attempt * Math.random()));
    }
  }

  async #attempt(method: string, address: string, digest: string, body: Uint8Array | undefined): Promise<Answer> {
    const { protocol, hostname, port, host, pathname } = new URL(address);
    const request = await this.#signature.sign({
      method,
      protocol,
      hostname,
      ...(port === '' ? {} : { port: Number(port) }),
      path: pathname,
      query: {},
      // S3 refuses bytes that are not those of the digest.
      headers: { host, 'x-amz-content-sha256': digest },
      body,
    });
    const { response } = await this.#http.handle(request as HttpRequest);
    return { status: response.statusCode, body: await collected(response.body as Readable) };
  }
}

async function collected(stream: Readable): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of addAbortSignal(AbortSignal.timeout(BODY_TIMEOUT_MS), stream)) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

function failureOf(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

/** Throttled, or something of S3's own. */
function isPassing(answer: Answer): boolean {
  return answer.status >= 500 || answer.status === 429 || errorCode(answer) === 'RequestTimeout';
}

function refused(method: string, address: string, answer: Answer): ObjectStoreError {
  return new ObjectStoreError(`${method} ${address}: S3 answered ${answer.status} ${errorCode(answer)}`);
}

/** S3 says what is wrong in XML, `<Error><Code>NoSuchKey</Code>…`. */
function errorCode({ status, body }: Answer): string {
  return status < 300 ? '' : (/<Code>(\w+)<\/Code>/.exec(body.toString('utf8', 0, 2_000))?.[1] ?? '');
}
