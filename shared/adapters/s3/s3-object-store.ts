import type { ObjectStore } from '../object-store.ts';
import { errorCode, refused, S3Requests, type Signer } from './s3-requests.ts';

// SHA-256 of nothing. Computed here, this file would be in every function, for a bundler cannot know that it has no other effect.
const EMPTY_DIGEST = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/**
 * Objects in S3, by two plain requests. The SDK's client for S3 does far more than that, and would be a fifth of every function (`docs/adr/0005-two-requests-to-s3.md`).
 */
export class S3ObjectStore implements ObjectStore {
  readonly #requests: S3Requests;

  constructor(signer: Signer) {
    this.#requests = new S3Requests(signer);
  }

  async put(address: string, bytes: Uint8Array, digest: string): Promise<void> {
    const answer = await this.#requests.send('PUT', address, digest, bytes);
    if (answer.status !== 200) throw refused('PUT', address, answer);
  }

  async get(address: string): Promise<Uint8Array | undefined> {
    const answer = await this.#requests.send('GET', address, EMPTY_DIGEST);
    if (answer.status === 200) return answer.body;
    const code = errorCode(answer);
    if (code === 'NoSuchKey' || code === 'AccessDenied') return undefined;
    throw refused('GET', address, answer);
  }
}
