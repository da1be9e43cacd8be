import type { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type { ServedPipeline } from './served-pipeline.ts';
import type { NetworkPlacement } from './window-pipeline-props.ts';

/** What a `PipelineSocket` can be told. Only `pipeline` has no default. */
export interface PipelineSocketProps {
  /** The `WindowPipeline` whose input stream events go onto, of its own stack. */
  readonly pipeline: ServedPipeline;

  /**
   * Messages a second that are let through, 1 to 10,000, and twice as many for a moment. What is beyond has no answer, so this bounds what somebody can make you pay, not the
   * stream: that says itself when it is too busy.
   *
   * @default 500
   */
  readonly messagesPerSecond?: number;

  /**
   * Memory of the function, 128 to 10,240 MB.
   *
   * @default 512
   */
  readonly memoryMb?: number;

  /**
   * Time limit of the function, 1 to 29 seconds: API Gateway waits no longer.
   *
   * @default Duration.seconds(29)
   */
  readonly timeout?: Duration;

  /**
   * A network for the function. It needs the endpoint of Kinesis.
   *
   * @default none
   */
  readonly network?: NetworkPlacement;

  /**
   * Whether Lambda traces the function with X-Ray.
   *
   * @default false
   */
  readonly tracing?: boolean;

  /**
   * Whether it is logged who connects, and that a message came: never what is in it. API Gateway logs for WebSockets with a role of the account, which has to be set once in a region;
   * where it is not, no stage with a log can be made.
   *
   * @default true
   */
  readonly requestLog?: boolean;

  /**
   * How long its logs, of requests and of the function, are kept.
   *
   * @default one month
   */
  readonly logRetention?: logs.RetentionDays;

  /**
   * Encrypts its logs.
   *
   * @default CloudWatch's own key
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * What happens to its logs when they leave the stack.
   *
   * @default DESTROY
   */
  readonly removalPolicy?: RemovalPolicy;
}
