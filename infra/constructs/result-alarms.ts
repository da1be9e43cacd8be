import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as kinesis from 'aws-cdk-lib/aws-kinesis';
import { Construct } from 'constructs';
import { isPublished, type MetricName } from '../../functions/telemetry/metric-catalogue.ts';
import { PipelineAlarm, type PipelineAlarmProps } from './pipeline-alarm.ts';
import { pipelineMetric } from './pipeline-metric.ts';
import type { PipelineSettings } from './pipeline-settings.ts';

export interface ResultAlarmsProps {
  readonly settings: PipelineSettings;
  readonly sideStream: kinesis.IStream;
}

const FIVE_MINUTES = Duration.minutes(5);

/** Alarms on what comes out: whether it comes at all, whether it is all, and whether it would come again after a crash. */
export class ResultAlarms extends Construct {
  readonly alarms: readonly PipelineAlarm[];

  constructor(scope: Construct, id: string, { settings, sideStream }: ResultAlarmsProps) {
    super(scope, id);
    const { alarms, stateRetentionDays } = settings;
    const alarm = (alarmId: string, props: Omit<PipelineAlarmProps, 'settings'>) =>
      new PipelineAlarm(this, alarmId, { settings, ...props });
    /** None on a metric that is not published. */
    const alarmOn = (
      name: MetricName,
      statistic: 'Maximum' | 'Sum',
      alarmId: string,
      props: Omit<PipelineAlarmProps, 'settings' | 'metric'>,
    ) =>
      isPublished(name, settings.metrics)
        ? [alarm(alarmId, { ...props, metric: pipelineMetric(settings.service, name, { statistic, period: FIVE_MINUTES }) })]
        : [];

    this.alarms = [
      ...alarmOn('watermarkStuckMs', cloudwatch.Stats.MAXIMUM, 'WatermarkStuck', {
        says: `events come and the watermark has not moved for ${alarms.watermarkStuckMax.toMinutes()} minutes, so no window closes. Nothing is lost.`,
        runbook: 'watermark-stuck',
        above: alarms.watermarkStuckMax.toMilliseconds(),
        periods: 1,
      }),
      ...alarmOn('tooLateEvents', cloudwatch.Stats.SUM, 'LateEvents', {
        says: 'events come too late for their windows, for a quarter of an hour now, and are left out. They are on the side stream.',
        runbook: 'late-events',
        above: alarms.tooLateEventsMax,
        periods: 3,
      }),
      alarm('SideStream', {
        says: 'records are refused in numbers, for a quarter of an hour now: invalid, from the future or late. They are on the side stream, with the reason.',
        runbook: 'side-stream',
        metric: sideStream.metricIncomingRecords({ statistic: cloudwatch.Stats.SUM, period: FIVE_MINUTES }),
        above: alarms.sideRecordsMax,
        periods: 3,
      }),
      ...alarmOn('conservationDifference', cloudwatch.Stats.MAXIMUM, 'Conservation', {
        says: 'events that were read are accounted for nowhere, or twice. This is a bug in Mullion; results may be wrong.',
        runbook: 'conservation',
        above: 0,
        periods: 1,
      }),
      ...alarmOn('snapshotAgeMs', cloudwatch.Stats.MAXIMUM, 'SnapshotAge', {
        says: `what a function needs to start was last written ${stateRetentionDays / 2} days ago, and is kept for ${stateRetentionDays}. It should have been written again. Nothing is lost yet.`,
        runbook: 'snapshot-age',
        above: Duration.days(stateRetentionDays).toMilliseconds() / 2,
        periods: 1,
      }),
    ];
  }
}
