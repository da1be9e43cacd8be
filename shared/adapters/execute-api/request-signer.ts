import { SignatureV4 } from '@smithy/signature-v4';
import type { Signer } from '../s3/s3-requests.ts';

/** A request to an API of API Gateway. */
export interface ApiRequest {
  readonly method: string;
  readonly url: URL;
  readonly body: Uint8Array | undefined;
}

const HOST_REGION = /\.execute-api\.([a-z0-9-]+)\.amazonaws\./;

/** Signs requests to an API whose authorization is IAM. */
export class RequestSigner {
  readonly #signer: Signer;

  constructor(signer: Signer) {
    this.#signer = signer;
  }

  /** The headers that say who asks. The region is that of the API, by its name, where it has one of AWS. */
  async headers({ method, url, body }: ApiRequest): Promise<Readonly<Record<string, string>>> {
    const { credentials, sha256 } = this.#signer;
    const region = HOST_REGION.exec(url.hostname)?.[1] ?? this.#signer.region;
    const { host, protocol, hostname, pathname, searchParams } = url;
    const { headers } = await new SignatureV4({ service: 'execute-api', credentials, region, sha256 }).sign({
      method,
      protocol,
      hostname,
      path: pathname,
      query: Object.fromEntries(searchParams),
      headers: { host },
      body,
    });
    const { host: _host, ...others } = headers;
    return others;
  }
}
