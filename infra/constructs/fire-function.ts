import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as kinesis from 'aws-cdk-lib/aws-kinesis';
import type { Construct } from 'constructs';
import { bundleFunction } from '../../functions/bundle.ts';
import { FireSchedule } from './fire-schedule.ts';
import type { FunctionNetwork } from './function-network.ts';
import type { PayloadBucket } from './payload-bucket.ts';
import { PipelineAlarm } from './pipeline-alarm.ts';
import { PipelineFunction } from './pipeline-function.ts';
import type { PipelineSettings } from './pipeline-settings.ts';
import type { StateTable } from './state-table.ts';

export interface FireFunctionProps {
  readonly settings: PipelineSettings;
  readonly network: FunctionNetwork | undefined;
  readonly table: StateTable;
  readonly payloadBucket: PayloadBucket | undefined;
  readonly inputStream: kinesis.IStream;
  readonly outputStream: kinesis.IStream;
  readonly sideStream: kinesis.IStream;
  readonly environment: Readonly<Record<string, string>>;
  /** Which of the lanes, from 0. */
  readonly lane: number;
}

/** Advances the watermark, writes epochs and publishes panes, of one lane, on a schedule. */
export class FireFunction extends PipelineFunction {
  readonly schedule: FireSchedule;
  readonly failureAlarm: PipelineAlarm;

  constructor(scope: Construct, id: string, props: FireFunctionProps) {
    const { settings, inputStream } = props;
    super(scope, id, {
      description: 'Mullion fire: advances the watermark and publishes the windows that closed.',
      bundle: (outdir) => bundleFunction({ kind: 'fire', pipelineEntry: settings.entry, outdir }),
      settings,
      network: props.network,
      memoryMb: settings.fireMemoryMb,
      timeout: settings.fireTimeout,
      reservedConcurrency: settings.fireReservedConcurrency,
      environment: { ...props.environment, MULLION_LANE: String(props.lane) },
    });

    this.allow(['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'], [props.table.tableArn]);
    this.allowPayloads(props.payloadBucket);
    // Fire reads the input stream only to prove that a silent shard is idle, never for its events.
    this.allow(['kinesis:GetRecords', 'kinesis:GetShardIterator', 'kinesis:ListShards'], [inputStream.streamArn]);
    this.allowDecrypting(inputStream);
    this.allow(['kinesis:PutRecords'], [props.outputStream.streamArn, props.sideStream.streamArn]);

    // Ticks arrive asynchronously. The next one is the retry; a queue of old ones would help nobody.
    this.function.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.minutes(1) });
    this.schedule = new FireSchedule(this, 'Schedule', { function: this.function, interval: settings.tickInterval });

    this.failureAlarm = new PipelineAlarm(this, 'Errors', {
      settings,
      says: 'fire fails, or does not run, in three of its last five ticks, so no window closes. Nothing is lost.',
      runbook: 'fire-failing',
      metric: this.function.metricErrors({ statistic: cloudwatch.Stats.SUM, period: settings.tickInterval }),
      above: 0,
      // One failure is part of the design (a throttle, a lost race) and is repeated; going on failing is not.
      periods: 3,
      of: 5,
      // Every run says 0 or 1. Whoever is throttled, or whose schedule is gone, says nothing.
      whenMissing: true,
    });
  }
}
