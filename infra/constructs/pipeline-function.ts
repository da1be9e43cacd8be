import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Duration, Stage } from 'aws-cdk-lib';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kinesis from 'aws-cdk-lib/aws-kinesis';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { BundledFunction } from '../../functions/bundle.ts';
import { acceptAllObjects, acceptFinding } from './accepted-finding.ts';
import { KEY_ACTIONS } from './encryption-key.ts';
import type { FunctionNetwork } from './function-network.ts';
import type { PayloadBucket } from './payload-bucket.ts';
import type { PipelineSettings } from './pipeline-settings.ts';

export interface PipelineFunctionProps {
  readonly description: string;
  /** Makes its code in a folder. */
  readonly bundle: (outdir: string) => BundledFunction;
  readonly settings: Pick<PipelineSettings, 'logRetention' | 'removalPolicy' | 'encryptionKey' | 'tracing'>;
  readonly network: FunctionNetwork | undefined;
  readonly memoryMb: number;
  readonly timeout: Duration;
  readonly reservedConcurrency?: number | undefined;
  readonly environment: Readonly<Record<string, string>>;
}

/** What all functions have in common: the bundle, and a role that may write its own log and nothing more. */
export class PipelineFunction extends Construct {
  readonly function: lambda.Function;
  readonly #role: iam.Role;
  readonly #settings: PipelineFunctionProps['settings'];

  constructor(scope: Construct, id: string, props: PipelineFunctionProps) {
    super(scope, id);
    const { bundle, settings, network, reservedConcurrency } = props;
    const { encryptionKey } = settings;
    this.#settings = settings;

    const logGroup = new logs.LogGroup(this, 'Logs', {
      retention: settings.logRetention,
      removalPolicy: settings.removalPolicy,
      ...(encryptionKey && { encryptionKey }),
    });

    // A role of our own: the one that CDK would make carries a managed policy that may write every log of the account.
    this.#role = new iam.Role(this, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    // The group's ARN ends in `:*`, its log streams, which Lambda names as it goes.
    this.allow(['logs:CreateLogStream', 'logs:PutLogEvents'], [logGroup.logGroupArn]);

    encryptionKey?.grant(this.#role, ...KEY_ACTIONS);
    network?.admit(this.#role);
    if (settings.tracing) this.#allowTraces();

    const outdir = join(Stage.of(this)?.assetOutdir ?? tmpdir(), '.mullion', this.node.addr);
    bundle(outdir);

    this.function = new lambda.Function(this, 'Function', {
      description: props.description,
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      handler: 'index.handler',
      code: lambda.Code.fromAsset(outdir),
      memorySize: props.memoryMb,
      timeout: props.timeout,
      ...(reservedConcurrency !== undefined && { reservedConcurrentExecutions: reservedConcurrency }),
      ...network?.placement,
      role: this.#role,
      logGroup,
      ...(settings.tracing && { tracing: lambda.Tracing.ACTIVE }),
      environment: { ...props.environment, NODE_OPTIONS: '--enable-source-maps' },
    });
  }

  /** Adds exactly these actions on exactly these ARNs to the function's role. */
  allow(actions: readonly string[], resources: readonly string[]): void {
    this.#role.addToPolicy(new iam.PolicyStatement({ actions: [...actions], resources: [...resources] }));
  }

  /** Traces belong to nothing that has a name. CDK adds the permission; what is left is to say why it is so wide. */
  #allowTraces(): void {
    acceptFinding(
      this.#role,
      'AwsSolutions-IAM5[Resource::*]',
      'Lambda sends traces with the role of a function, and X-Ray knows no resources for them.',
    );
  }

  /** To read and write payloads; to list or delete none. */
  protected allowPayloads(bucket: PayloadBucket | undefined): void {
    if (bucket === undefined) return;
    this.allowObjects(bucket, ['s3:GetObject', 's3:PutObject'], 'A payload is named by what it holds; the bucket holds nothing else.');
  }

  /** To append to these logs of a table alone. */
  protected allowAppending(table: Pick<dynamodb.ITable, 'tableArn'>, logNames: readonly string[]): void {
    this.#role.addToPolicy(
      new iam.PolicyStatement({
        actions: ['dynamodb:PutItem'],
        resources: [table.tableArn],
        conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [...logNames] } },
      }),
    );
  }

  /** These actions on every object of a bucket, or on those that are called so, and why on every one. */
  protected allowObjects(bucket: Pick<s3.IBucket, 'arnForObjects'>, actions: readonly string[], reason: string, names: string = '*'): void {
    const objects = bucket.arnForObjects(names);
    this.allow(actions, [objects]);
    acceptAllObjects(this.#role, objects, reason);
  }

  /** With the key of a stream that was given; one that was made here has the pipeline's. */
  protected allowDecrypting({ encryptionKey }: kinesis.IStream): void {
    if (encryptionKey !== this.#settings.encryptionKey) encryptionKey?.grantDecrypt(this.#role);
  }

  /** The role, for the keys and buckets whose own policies must name it. */
  protected get grantee(): iam.IGrantable {
    return this.#role;
  }
}
