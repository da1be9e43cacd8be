import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Construct } from 'constructs';
import type { PipelineSettings } from './pipeline-settings.ts';

/** The pages in docs/runbooks: one for every kind of alarm. */
export const RUNBOOKS = [
  'conservation',
  'discarded-records',
  'fire-failing',
  'history-lag',
  'ingest-lag',
  'ingest-throttled',
  'late-events',
  'side-stream',
  'snapshot-age',
  'watermark-stuck',
] as const;
export type Runbook = (typeof RUNBOOKS)[number];

export interface PipelineAlarmProps {
  readonly settings: PipelineSettings;
  /** What has happened, and whether anything is lost: the first words that somebody reads who was asleep. */
  readonly says: string;
  readonly runbook: Runbook;
  readonly metric: cloudwatch.IMetric;
  /** It goes off above this. */
  readonly above: number;
  /** In so many periods of the metric, */
  readonly periods: number;
  /** of so many. @default as many */
  readonly of?: number;
  /** Whether no value is as bad as one that is too high. @default false */
  readonly whenMissing?: boolean;
}

/** An alarm that says what to do: its description names a runbook. It tells the topic of the pipeline when it goes off, and when that is over. */
export class PipelineAlarm extends cloudwatch.Alarm {
  readonly runbook: Runbook;

  constructor(scope: Construct, id: string, props: PipelineAlarmProps) {
    const { settings, periods, of = periods } = props;
    super(scope, id, {
      alarmDescription: `Mullion, ${settings.service}: ${props.says} What to do: ${settings.alarms.runbooksUrl}/${props.runbook}.md`,
      metric: props.metric,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
      threshold: props.above,
      evaluationPeriods: of,
      datapointsToAlarm: periods,
      treatMissingData: props.whenMissing === true ? cloudwatch.TreatMissingData.BREACHING : cloudwatch.TreatMissingData.NOT_BREACHING,
    });
    this.runbook = props.runbook;
    if (settings.alarms.topic !== undefined) {
      const action = new SnsAction(settings.alarms.topic);
      this.addAlarmAction(action);
      this.addOkAction(action);
    }
  }
}
