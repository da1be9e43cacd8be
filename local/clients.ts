import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';

/** Where the calls go. Without an endpoint: AWS, with the default chain of credentials and region. */
export interface AwsTarget {
  /** Endpoint of an emulator, `http://127.0.0.1:<port>`. */
  readonly endpoint?: string;
  readonly region?: string;
}

export const EMULATOR_REGION = 'us-east-1';
/** Emulators want a signature and never check it. */
export const EMULATOR_CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' } as const;

export function createKinesisClient(target: AwsTarget = {}): KinesisClient {
  return new KinesisClient(clientOptions(target));
}

export function createDynamodbClient(target: AwsTarget = {}): DynamoDBClient {
  return new DynamoDBClient(clientOptions(target));
}

function clientOptions({ endpoint, region }: AwsTarget) {
  return {
    // HTTP/1.1: the Kinesis client speaks HTTP/2 by default, which no emulator understands.
    requestHandler: new NodeHttpHandler({ connectionTimeout: 3_000, requestTimeout: 30_000 }),
    ...(endpoint === undefined ? {} : { endpoint, credentials: EMULATOR_CREDENTIALS, region: EMULATOR_REGION }),
    ...(region === undefined ? {} : { region }),
  };
}
