import type { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type { ServedPipeline } from './served-pipeline.ts';
import type { NetworkPlacement } from './window-pipeline-props.ts';

/** Who may ask what, by the tokens of an identity provider, a Cognito user pool say. */
export interface JwtAuthorization {
  /** Who issues them: `https://cognito-idp.<region>.amazonaws.com/<pool id>` for a user pool. */
  readonly issuer: string;
  /** For whom they are issued: of a user pool the ids of its clients. One of them must be in the token. */
  readonly audience: readonly string[];
  /** Whoever has this scope may look. */
  readonly readScope: string;
  /** Whoever has this one may pause, resume, drain, start and stop. Another than the first. */
  readonly writeScope: string;
}

/**
 * Who may ask: whoever IAM lets (`api.grantRead(role)`, `api.grantWrite(role)`), or who has a token. There is no third: an API that is open to everybody could drain a
 * pipeline for everybody.
 */
export type ApiAuthorization = 'iam' | JwtAuthorization;

/** What a `PipelineApi` can be told. Only `pipelines` has no default. */
export interface PipelineApiProps {
  /** The `WindowPipeline`s that it answers for, of its own stack, 1 to 20. */
  readonly pipelines: readonly ServedPipeline[];

  /**
   * Who may ask what.
   *
   * @default 'iam': requests are signed, and nobody may ask before a grant
   */
  readonly authorization?: ApiAuthorization;

  /**
   * Whether the API may start and stop what delivers to the pipelines. Pause, resume, drain and checkpoint need no more than the table.
   *
   * @default true
   */
  readonly mayStartAndStop?: boolean;

  /**
   * Requests a second that are let through, 1 to 10,000, and twice as many for a moment. Each look at open windows reads what is new in the logs.
   *
   * @default 20
   */
  readonly requestsPerSecond?: number;

  /**
   * Memory of the function, 128 to 10,240 MB. To look into open windows it keeps those of all its pipelines in memory, as fire does.
   *
   * @default 1,769, one whole processor
   */
  readonly memoryMb?: number;

  /**
   * Time limit of the function, 1 to 29 seconds: API Gateway waits no longer.
   *
   * @default Duration.seconds(29)
   */
  readonly timeout?: Duration;

  /**
   * A network for the function. It needs the same endpoints as the pipelines'.
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
