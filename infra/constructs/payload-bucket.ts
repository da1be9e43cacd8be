import { Duration, type RemovalPolicy } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { PrivateBucket } from './private-bucket.ts';

export interface PayloadBucketProps {
  readonly stateRetentionDays: number;
  readonly removalPolicy: RemovalPolicy;
  readonly encryptionKey: kms.IKey | undefined;
}

// Time to live deletes an item late. One that is still there has its payload; so it is with chunks, too.
const OUTLIVE_ITEM_DAYS = 7;

/**
 * The large payloads of a pipeline, which nothing else may write. Each is written once, before the item that refers to it, and both expire; one that
 * nothing refers to, because its writer lost a race, expires likewise.
 */
export class PayloadBucket extends PrivateBucket {
  constructor(scope: Construct, id: string, { stateRetentionDays, removalPolicy, encryptionKey }: PayloadBucketProps) {
    super(scope, id, {
      encryptionKey,
      removalPolicy,
      lifecycleRule: { expiration: Duration.days(stateRetentionDays + OUTLIVE_ITEM_DAYS) },
      notLoggedBecause:
        'Nothing but the functions of the pipeline uses the bucket, and the table names every object with its digest: a log of requests would tell no more.',
    });
  }

  /** What the functions are told: below which URL the objects are. */
  get address(): string {
    return `https://${this.bucketRegionalDomainName}`;
  }
}
