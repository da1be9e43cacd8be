import { Duration, type RemovalPolicy } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { PrivateBucket } from './private-bucket.ts';

export interface HistoryBucketProps {
  /** Absent where objects are kept for ever. */
  readonly retentionDays: number | undefined;
  readonly removalPolicy: RemovalPolicy;
  readonly encryptionKey: kms.IKey | undefined;
}

/** Up to here the last days are asked for often enough that moving an object would cost more than it saves. */
const COOLS_AFTER_DAYS = 30;

/** The panes of a pipeline, for as long as they are kept. */
export class HistoryBucket extends PrivateBucket {
  constructor(scope: Construct, id: string, { retentionDays, removalPolicy, encryptionKey }: HistoryBucketProps) {
    super(scope, id, {
      encryptionKey,
      removalPolicy,
      lifecycleRule: {
        abortIncompleteMultipartUploadAfter: Duration.days(1),
        // It charges nothing for reading, so that a query of an old year costs what one of yesterday does.
        ...(retentionDays === undefined || retentionDays > COOLS_AFTER_DAYS
          ? { transitions: [{ storageClass: s3.StorageClass.INTELLIGENT_TIERING, transitionAfter: Duration.days(COOLS_AFTER_DAYS) }] }
          : {}),
        ...(retentionDays === undefined ? {} : { expiration: Duration.days(retentionDays) }),
      },
      notLoggedBecause:
        'Only Firehose writes here. Who reads is told by CloudTrail where an account wants to know; a second bucket of logs would be there for everybody.',
    });
  }
}
