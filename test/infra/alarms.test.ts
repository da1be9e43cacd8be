import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { App, Duration, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { mullionProgram } from '../../cli/program.ts';
import { METRICS } from '../../functions/telemetry/metric-catalogue.ts';
import { RUNBOOKS } from '../../infra/constructs/pipeline-alarm.ts';
import { WindowPipeline, type WindowPipelineProps } from '../../infra/infra.ts';
import { type Page, pages, ROOT } from '../docs/pages.ts';
import { SHAPES, stackOf } from './shapes.ts';
import { resourcesOf } from './template-facts.ts';

vi.mock('../../functions/bundle.ts', () => import('./stub-bundle.ts'));

const COMMANDS = mullionProgram().commands.map((command) => command.name());

function synthesize(props: (stack: Stack) => Partial<WindowPipelineProps> = () => ({})) {
  const stack = new Stack(new App(), 'Test');
  const pipeline = new WindowPipeline(stack, 'Flights', { entry: 'flights.ts', ...props(stack) });
  return { pipeline, template: Template.fromStack(stack) };
}

const alarmSchema = z.object({
  AlarmDescription: z.string(),
  MetricName: z.string(),
  Namespace: z.string(),
  Threshold: z.number(),
  TreatMissingData: z.string(),
});
const alarmsOf = (template: Template) =>
  resourcesOf(template, 'AWS::CloudWatch::Alarm').map(({ id, Properties }) => ({ id, ...alarmSchema.parse(Properties) }));

/** Every alarm that there can be. */
const everything = synthesize((stack) => ({
  lanes: 2,
  discard: { bucket: new s3.Bucket(stack, 'Discarded'), retryAttempts: 100 },
  history: {},
}));
const runbooks = pages().filter(({ path }) => path.startsWith('docs/runbooks/'));

describe('alarms and runbooks', () => {
  it('no alarm without a page, and no page without an alarm', () => {
    const named = alarmsOf(everything.template).map(
      ({ AlarmDescription }) => /What to do: docs\/runbooks\/([\w-]+)\.md$/.exec(AlarmDescription)?.[1],
    );
    expect(named).not.toContain(undefined);
    expect(new Set(named)).toEqual(new Set(RUNBOOKS));
    expect(readdirSync(join(ROOT, 'docs', 'runbooks')).sort()).toEqual(RUNBOOKS.map((page) => `${page}.md`));
  });

  it.each(everything.pipeline.alarms.map((alarm) => [alarm.node.path, alarm] as const))('%s is named on its page', (_path, alarm) => {
    const { runbook } = z.object({ runbook: z.enum(RUNBOOKS) }).parse(alarm);
    expect(runbooks.find(({ path }) => path === `docs/runbooks/${runbook}.md`)?.text).toContain(`\`${alarm.node.id}\``);
  });

  it.each(runbooks)('$path says how to look and what to do, with commands and metrics that there are', ({ text }: Page) => {
    expect([...text.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading)).toEqual(expect.arrayContaining(['Look', 'Do']));
    for (const [, command = ''] of text.matchAll(/npx mullion (\w+)/g)) expect(COMMANDS).toContain(command);
    for (const [, metric = ''] of text.matchAll(/`([a-z]\w*(?:Events|Ms|dPanes|Shards))`/g)) expect(METRICS).toHaveProperty(metric);
  });

  it('link to the pages wherever these are', () => {
    const { template } = synthesize(() => ({ alarms: { runbooksUrl: 'https://wiki.example/mullion' } }));
    for (const { AlarmDescription } of alarmsOf(template))
      expect(AlarmDescription).toMatch(/What to do: https:\/\/wiki\.example\/mullion\/[\w-]+\.md$/);
  });
});

describe('the alarms', () => {
  const { template, pipeline } = synthesize();

  it('are eight, each on one metric, so that all of them are 80 cents a month', () => {
    expect(
      alarmsOf(template).map(({ Namespace, MetricName, Threshold, TreatMissingData }) => [
        Namespace,
        MetricName,
        Threshold,
        TreatMissingData,
      ]),
    ).toEqual([
      ['AWS/Lambda', 'Errors', 0, 'breaching'],
      ['AWS/Lambda', 'IteratorAge', 600_000, 'notBreaching'],
      ['AWS/Lambda', 'Throttles', 0, 'notBreaching'],
      ['Mullion', 'watermarkStuckMs', 900_000, 'notBreaching'],
      ['Mullion', 'tooLateEvents', 0, 'notBreaching'],
      ['AWS/Kinesis', 'IncomingRecords', 300, 'notBreaching'],
      ['Mullion', 'conservationDifference', 0, 'notBreaching'],
      ['Mullion', 'snapshotAgeMs', 15 * 86_400_000, 'notBreaching'],
    ]);
    expect(pipeline.alarms).toHaveLength(8);
  });

  it('look at the metrics of their own pipeline', () => {
    for (const { MetricName } of alarmsOf(template).filter(({ Namespace }) => Namespace === 'Mullion')) {
      template.hasResourceProperties('AWS::CloudWatch::Alarm', { MetricName, Dimensions: [{ Name: 'service', Value: 'Test/Flights' }] });
    }
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'IncomingRecords',
      Dimensions: [{ Name: 'StreamName', Value: { Ref: Match.stringLikeRegexp('FlightsSide') } }],
    });
  });

  it('of several pipelines in a stack do not look at each other', () => {
    const three = Template.fromStack(stackOf(SHAPES['three pipelines'] as (stack: Stack) => unknown));
    const dimensionsSchema = z.object({ Dimensions: z.array(z.object({ Name: z.string(), Value: z.unknown() })) });
    const watched = resourcesOf(three, 'AWS::CloudWatch::Alarm').map(({ Properties }) =>
      JSON.stringify([Properties.MetricName, dimensionsSchema.parse(Properties).Dimensions]),
    );
    expect(watched).toHaveLength(24);
    expect(new Set(watched).size).toBe(24);
  });

  it('are one more for every lane, one where records may be discarded, and two on the history', () => {
    expect(alarmsOf(everything.template).filter(({ MetricName }) => MetricName === 'Errors')).toHaveLength(2);
    expect(everything.pipeline.alarms).toHaveLength(12);
  });

  it('tell a topic when they go off and when that is over, and otherwise nobody', () => {
    const told = synthesize((stack) => ({ alarms: { topic: new sns.Topic(stack, 'Trouble') } }));
    const action = [{ Ref: Match.stringLikeRegexp('Trouble') }];
    told.template.allResourcesProperties('AWS::CloudWatch::Alarm', { AlarmActions: action, OKActions: action });
    template.allResourcesProperties('AWS::CloudWatch::Alarm', { AlarmActions: Match.absent(), OKActions: Match.absent() });
  });

  it('go off when they are told to', () => {
    const { template: later } = synthesize(() => ({
      stateRetention: Duration.days(7),
      tickInterval: Duration.minutes(5),
      alarms: { ingestLagMax: Duration.hours(1), watermarkStuckMax: Duration.hours(3), tooLateEventsMax: 500, sideRecordsMax: 0 },
    }));
    const thresholds = Object.fromEntries(alarmsOf(later).map(({ MetricName, Threshold }) => [MetricName, Threshold]));
    expect(thresholds).toEqual({
      Errors: 0,
      IteratorAge: 3_600_000,
      Throttles: 0,
      watermarkStuckMs: 10_800_000,
      tooLateEvents: 500,
      IncomingRecords: 0,
      conservationDifference: 0,
      snapshotAgeMs: 3.5 * 86_400_000,
    });
    // Slow ticks can still raise it, and no tick is missed that was not due.
    later.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'Errors',
      Period: 300,
      EvaluationPeriods: 5,
      DatapointsToAlarm: 3,
    });
  });

  it('are not there for metrics that are not', () => {
    const { template: quiet } = synthesize(() => ({ metrics: 'none' }));
    expect(alarmsOf(quiet).map(({ MetricName }) => MetricName)).toEqual(['Errors', 'IteratorAge', 'Throttles', 'IncomingRecords']);
  });
});
