import type { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as kinesis from 'aws-cdk-lib/aws-kinesis';
import type { Construct } from 'constructs';

export interface PipelineStreamProps {
  readonly shardCount: number;
  readonly retention: Duration;
  readonly removalPolicy: RemovalPolicy;
}

/**
 * A provisioned stream, encrypted with the account's own key for Kinesis (which needs no grant of its own). Provisioned,
 * because one shard is enough for most pipelines; add shards when it is not: the engine follows a reshard.
 */
export class PipelineStream extends kinesis.Stream {
  constructor(scope: Construct, id: string, props: PipelineStreamProps) {
    super(scope, id, {
      streamMode: kinesis.StreamMode.PROVISIONED,
      shardCount: props.shardCount,
      retentionPeriod: props.retention,
      encryption: kinesis.StreamEncryption.MANAGED,
      removalPolicy: props.removalPolicy,
    });
  }
}
