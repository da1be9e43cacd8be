import { KinesisClient, type KinesisClientConfig } from '@aws-sdk/client-kinesis';
import { httpHandler } from '../http-handler.ts';

/** What the SDK's environment variables do not say, or say otherwise. */
export type KinesisTarget = Pick<KinesisClientConfig, 'endpoint' | 'region' | 'credentials'>;

/**
 * A client for the function's own account. Endpoint, region and credentials come from the SDK's environment variables unless they are given.
 *
 * On HTTP/1.1: the default for Kinesis, HTTP/2, buys nothing for a few large requests, and no local emulator takes it.
 */
export function kinesisClient(target: KinesisTarget = {}): KinesisClient {
  return new KinesisClient({ requestHandler: httpHandler(), ...target });
}
