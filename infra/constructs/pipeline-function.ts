import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Duration, Stage } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { bundleFunction, type FunctionKind } from '../../functions/bundle.ts';
import type { PayloadBucket } from './payload-bucket.ts';
import type { PipelineSettings } from './pipeline-settings.ts';

export interface PipelineFunctionProps {
  readonly kind: FunctionKind;
  readonly description: string;
  readonly settings: PipelineSettings;
  readonly memoryMb: number;
  readonly timeout: Duration;
  /** How often the function runs at least when all is well; the error alarm counts in this period, in whole minutes. */
  readonly runsEvery: Duration;
  readonly environment: Readonly<Record<string, string>>;
}

/** What ingest and fire have in common: the bundle, a role that may write its own log and nothing more, an error alarm. */
export class PipelineFunction extends Construct {
  readonly function: lambda.Function;
  readonly errorAlarm: cloudwatch.Alarm;
  readonly #role: iam.Role;

  constructor(scope: Construct, id: string, props: PipelineFunctionProps) {
    super(scope, id);
    const { kind, settings } = props;

    const logGroup = new logs.LogGroup(this, 'Logs', {
      retention: settings.logRetention,
      removalPolicy: settings.removalPolicy,
    });

    // A role of our own: the one that CDK would make carries a managed policy that may write every log of the account.
    this.#role = new iam.Role(this, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    // The group's ARN ends in `:*`, its log streams, which Lambda names as it goes.
    this.allow(['logs:CreateLogStream', 'logs:PutLogEvents'], [logGroup.logGroupArn]);

    const outdir = join(Stage.of(this)?.assetOutdir ?? tmpdir(), '.mullion', this.node.addr);
    bundleFunction({ kind, pipelineEntry: settings.entry, outdir });

    this.function = new lambda.Function(this, 'Function', {
      description: props.description,
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      handler: 'index.handler',
      code: lambda.Code.fromAsset(outdir),
      memorySize: props.memoryMb,
      timeout: props.timeout,
      role: this.#role,
      logGroup,
      environment: { ...props.environment, NODE_OPTIONS: '--enable-source-maps' },
    });

    this.errorAlarm = new cloudwatch.Alarm(this, 'Errors', {
      alarmDescription: `${props.description} It failed in three of the last five periods; nothing is lost yet. Read its log.`,
      metric: this.function.metricErrors({ statistic: cloudwatch.Stats.SUM, period: props.runsEvery }),
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
      threshold: 0,
      // One failure is part of the design (a throttle, a lost race) and is repeated; going on failing is not.
      evaluationPeriods: 5,
      datapointsToAlarm: 3,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    });
  }

  /** Adds exactly these actions on exactly these ARNs to the function's role. */
  allow(actions: readonly string[], resources: readonly string[]): void {
    this.#role.addToPolicy(new iam.PolicyStatement({ actions: [...actions], resources: [...resources] }));
  }

  /** To read and write payloads; to list or delete none. */
  protected allowPayloads(bucket: PayloadBucket | undefined): void {
    if (bucket !== undefined) this.allow(['s3:GetObject', 's3:PutObject'], [bucket.arnForObjects('*')]);
  }

  /** The role, for the keys and buckets whose own policies must name it. */
  protected get grantee(): iam.IGrantable {
    return this.#role;
  }
}
