import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { acceptFinding } from './accepted-finding.ts';

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
export class PayloadBucket extends s3.Bucket {
  constructor(scope: Construct, id: string, { stateRetentionDays, removalPolicy, encryptionKey }: PayloadBucketProps) {
    super(scope, id, {
      ...(encryptionKey === undefined
        ? { encryption: s3.BucketEncryption.S3_MANAGED }
        : // With a key of the bucket's own in between, S3 asks KMS now and then and not for every object.
          { encryption: s3.BucketEncryption.KMS, encryptionKey, bucketKeyEnabled: true }),
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      lifecycleRules: [{ expiration: Duration.days(stateRetentionDays + OUTLIVE_ITEM_DAYS) }],
      removalPolicy,
      // CloudFormation removes no bucket that holds something.
      autoDeleteObjects: removalPolicy === RemovalPolicy.DESTROY,
    });
    acceptFinding(
      this,
      'AwsSolutions-S1',
      'Nothing but the functions of the pipeline uses the bucket, and the table names every object with its digest: a log of requests would tell no more.',
    );
  }

  /** What the functions are told: below which URL the objects are. */
  get address(): string {
    return `https://${this.bucketRegionalDomainName}`;
  }
}
