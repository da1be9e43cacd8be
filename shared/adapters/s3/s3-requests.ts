import { Buffer } from 'node:buffer';
import { addAbortSignal, type Readable } from 'node:stream';
import { SignatureV4, type SignatureV4CryptoInit, type SignatureV4Init } from '@smithy/signature-v4';
import { httpHandler } from '../http-handler.ts';

type HttpRequest = Parameters<ReturnType<typeof httpHandler>['handle']>[0];

/** Whose requests they are: what the configuration of any client of the SDK holds. The bucket is in that region. */
export type Signer = Pick<SignatureV4Init & SignatureV4CryptoInit, 'credentials' | 'region' | 'sha256'>;

export interface S3Answer {
  readonly status: number;
  readonly body: Buffer;
}

const ATTEMPTS_MAX = 4;
const BACKOFF_FIRST_MS = 50;
const BODY_TIMEOUT_MS = 10_000;

/** S3 did not do what it was asked, as often as it was tried. An object may have been written; written again, it is the same. */
export class ObjectStoreError extends Error {
  override readonly name = 'ObjectStoreError';
}

/** Plain requests to S3, which the SDK's own parts sign and send. */
export class S3Requests {
  readonly #signature: SignatureV4;
  readonly #http = httpHandler();

  constructor({ credentials, region, sha256 }: Signer) {
    // S3 takes paths as they are.
    this.#signature = new SignatureV4({ service: 's3', credentials, region, sha256, uriEscapePath: false });
  }

  /** Tries again while that may help. */
  async send(method: 'GET' | 'PUT', address: string, digest: string, body?: Uint8Array): Promise<S3Answer> {
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

  async #attempt(method: string, address: string, digest: string, body: Uint8Array | undefined): Promise<S3Answer> {
    const { protocol, hostname, port, host, pathname, searchParams } = new URL(address);
    const request = await this.#signature.sign({
      method,
      protocol,
      hostname,
      ...(port === '' ? {} : { port: Number(port) }),
      path: pathname,
      query: Object.fromEntries(searchParams),
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
function isPassing(answer: S3Answer): boolean {
  return answer.status >= 500 || answer.status === 429 || errorCode(answer) === 'RequestTimeout';
}

export function refused(method: string, address: string, answer: S3Answer): ObjectStoreError {
  return new ObjectStoreError(`${method} ${address}: S3 answered ${answer.status} ${errorCode(answer)}`);
}

/** S3 says what is wrong in XML, `<Error><Code>NoSuchKey</Code>…`. */
export function errorCode({ status, body }: S3Answer): string {
  return status < 300 ? '' : (/<Code>(\w+)<\/Code>/.exec(body.toString('utf8', 0, 2_000))?.[1] ?? '');
}
