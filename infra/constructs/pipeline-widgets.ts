import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type * as kinesis from 'aws-cdk-lib/aws-kinesis';
import { isPublished, type MetricName } from '../../functions/telemetry/metric-catalogue.ts';
import { pipelineMetric } from './pipeline-metric.ts';
import type { PipelineSettings } from './pipeline-settings.ts';
import { type CostingFunction, functionsCost, PRICED_REGION, PRICES_AS_OF, shardsCost, tableCost } from './running-cost.ts';

export interface WidgetsProps {
  readonly settings: PipelineSettings;
  readonly alarms: readonly cloudwatch.IAlarm[];
  readonly ingest: CostingFunction;
  readonly fire: readonly CostingFunction[];
  readonly table: Pick<dynamodb.ITable, 'tableName'>;
  readonly sideStream: kinesis.IStream;
  /** Records that were given up; absent where none may be. */
  readonly discarded: cloudwatch.Metric | undefined;
  /** Of the streams made here. */
  readonly shards: number;
}

// A dashboard is 24 wide.
const WIDE = 24;
const THIRD = 8;
const HIGH = 6;
const MINUTE = Duration.minutes(1);

/** Rows for a dashboard that is read in ten seconds, from above: is it healthy, how late is it, what is it costing. */
export function pipelineWidgets(props: WidgetsProps): cloudwatch.IWidget[][] {
  return [healthRow(props), latenessRow(props), costRow(props)];
}

function healthRow({ settings, alarms }: WidgetsProps): cloudwatch.IWidget[] {
  return [new cloudwatch.AlarmStatusWidget({ title: `${settings.service}: is it healthy?`, alarms: [...alarms], width: WIDE, height: 3 })];
}

function latenessRow({ settings, ingest, sideStream, discarded }: WidgetsProps): cloudwatch.IWidget[] {
  const own = (name: MetricName, statistic: string, label: string) =>
    isPublished(name, settings.metrics) ? [pipelineMetric(settings.service, name, { statistic, label })] : [];
  const waiting = ingest.function.metric('IteratorAge', { statistic: cloudwatch.Stats.MAXIMUM, period: MINUTE, label: 'records wait' });
  const lags = [...own('watermarkLagMs', cloudwatch.Stats.MAXIMUM, 'results are behind'), waiting];
  const refused = sideStream.metricIncomingRecords({ statistic: cloudwatch.Stats.SUM, period: MINUTE, label: 'refused, all reasons' });
  return [
    new cloudwatch.SingleValueWidget({ title: 'How late is it, now? (ms)', metrics: lags, width: THIRD, height: HIGH }),
    new cloudwatch.GraphWidget({ title: 'How late has it been? (ms)', left: lags, leftYAxis: { min: 0 }, width: THIRD, height: HIGH }),
    new cloudwatch.GraphWidget({
      title: 'Events a minute, and what is left out',
      left: own('events', cloudwatch.Stats.SUM, 'events'),
      right: [
        ...own('tooLateEvents', cloudwatch.Stats.SUM, 'too late'),
        ...own('invalidEvents', cloudwatch.Stats.SUM, 'invalid'),
        ...own('oversizedPanes', cloudwatch.Stats.SUM, 'panes too large'),
        refused,
        ...(discarded === undefined ? [] : [discarded.with({ label: 'given up' })]),
      ],
      leftYAxis: { min: 0 },
      rightYAxis: { min: 0 },
      width: THIRD,
      height: HIGH,
    }),
  ];
}

function costRow({ ingest, fire, table, shards }: WidgetsProps): cloudwatch.IWidget[] {
  const costs = [functionsCost('ingest', [ingest]), functionsCost('fire', fire), tableCost('table', table)];
  const streams = shardsCost(shards).toFixed(2);
  return [
    new cloudwatch.SingleValueWidget({
      title: 'What did it cost yesterday? ($, without streams)',
      metrics: costs,
      period: Duration.days(1),
      width: THIRD,
      height: HIGH,
    }),
    new cloudwatch.GraphWidget({
      title: 'Dollars a day, without streams',
      left: costs,
      stacked: true,
      leftYAxis: { min: 0 },
      width: THIRD,
      height: HIGH,
    }),
    new cloudwatch.TextWidget({
      markdown: [
        `**Streams made here: $${streams} a day**, ${shards} shards, used or not, and what is put on them.`,
        'Left of this: requests and time of the functions, and what is written to the table and read. Not what is kept, in the table or in S3, nor logs, metrics and alarms.',
        `At the prices of ${PRICED_REGION} of ${PRICES_AS_OF}, without free tiers: an estimate, no bill.`,
      ].join('\n\n'),
      width: THIRD,
      height: HIGH,
    }),
  ];
}
