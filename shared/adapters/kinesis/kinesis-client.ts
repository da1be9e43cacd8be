import { KinesisClient } from '@aws-sdk/client-kinesis';
import { httpHandler } from '../http-handler.ts';

/**
 * A client for the function's own account. Endpoint, region and credentials come from the SDK's environment variables.
 *
 * On HTTP/1.1: the default for Kinesis, HTTP/2, buys nothing for a few large requests, and no local emulator takes it.
 */
export function kinesisClient(): KinesisClient {
  return new KinesisClient({ requestHandler: httpHandler() });
}
