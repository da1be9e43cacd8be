import { NodeHttpHandler } from '@smithy/node-http-handler';

/** HTTP/1.1 with limits: a request that hangs must fail while the function still has time to try again. */
export function httpHandler(): NodeHttpHandler {
  return new NodeHttpHandler({ connectionTimeout: 2_000, requestTimeout: 10_000, throwOnRequestTimeout: true });
}
