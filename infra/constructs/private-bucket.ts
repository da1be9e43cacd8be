import { RemovalPolicy } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { acceptFinding } from './accepted-finding.ts';

export interface PrivateBucketProps {
  readonly removalPolicy: RemovalPolicy;
  readonly encryptionKey: kms.IKey | undefined;
  readonly lifecycleRule: s3.LifecycleRule;
  /** Why requests to it are not logged. */
  readonly notLoggedBecause: string;
}

/** A bucket of a pipeline's own: encrypted, by TLS alone, and nothing in it is anybody else's. */
export class PrivateBucket extends s3.Bucket {
  constructor(scope: Construct, id: string, { removalPolicy, encryptionKey, lifecycleRule, notLoggedBecause }: PrivateBucketProps) {
    super(scope, id, {
      ...(encryptionKey === undefined
        ? { encryption: s3.BucketEncryption.S3_MANAGED }
        : // With a key of the bucket's own in between, S3 asks KMS now and then and not for every object.
          { encryption: s3.BucketEncryption.KMS, encryptionKey, bucketKeyEnabled: true }),
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      lifecycleRules: [lifecycleRule],
      removalPolicy,
      // CloudFormation removes no bucket that holds something.
      autoDeleteObjects: removalPolicy === RemovalPolicy.DESTROY,
    });
    acceptFinding(this, 'AwsSolutions-S1', notLoggedBecause);
  }
}
