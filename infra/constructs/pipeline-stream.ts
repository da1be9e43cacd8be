import type { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as kinesis from 'aws-cdk-lib/aws-kinesis';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { acceptFinding } from './accepted-finding.ts';

export interface PipelineStreamProps {
  readonly shardCount: number;
  readonly retention: Duration;
  readonly removalPolicy: RemovalPolicy;
  readonly encryptionKey: kms.IKey | undefined;
}

/**
 * A provisioned stream, encrypted: where no key is given, with the account's own for Kinesis (which needs no grant of its own). Provisioned,
 * because one shard is enough for most pipelines; add shards when it is not: the engine follows a reshard.
 */
export class PipelineStream extends kinesis.Stream {
  constructor(scope: Construct, id: string, props: PipelineStreamProps) {
    super(scope, id, {
      streamMode: kinesis.StreamMode.PROVISIONED,
      shardCount: props.shardCount,
      retentionPeriod: props.retention,
      ...(props.encryptionKey === undefined
        ? { encryption: kinesis.StreamEncryption.MANAGED }
        : { encryption: kinesis.StreamEncryption.KMS, encryptionKey: props.encryptionKey }),
      removalPolicy: props.removalPolicy,
    });
    if (props.encryptionKey !== undefined)
      acceptFinding(
        this,
        'AwsSolutions-KDS3',
        'A key was given for the pipeline, to decide who may use it; what it costs is in the documentation.',
      );
  }
}
