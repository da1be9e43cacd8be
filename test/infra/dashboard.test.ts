import type { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { isPublished, METRICS, type MetricName } from '../../functions/telemetry/metric-catalogue.ts';
import { WindowPipeline, type WindowPipelineProps } from '../../infra/infra.ts';
import { stackOf } from './shapes.ts';
import { resourcesOf } from './template-facts.ts';

vi.mock('../../functions/bundle.ts', () => import('./stub-bundle.ts'));

const widgetSchema = z.object({
  type: z.string(),
  width: z.number(),
  properties: z.looseObject({
    title: z.string().optional(),
    markdown: z.string().optional(),
    alarms: z.array(z.string()).optional(),
    metrics: z.array(z.array(z.unknown())).optional(),
  }),
});
type Widget = z.infer<typeof widgetSchema>;

const bodySchema = z.object({ DashboardBody: z.object({ 'Fn::Join': z.tuple([z.string(), z.array(z.unknown())]) }) });
const expressionSchema = z.object({ label: z.string(), expression: z.string() });

function synthesize(props: Partial<WindowPipelineProps> = {}) {
  const made: WindowPipeline[] = [];
  const stack = stackOf((scope) => made.push(new WindowPipeline(scope, 'Flights', { entry: 'flights.ts', dashboard: true, ...props })));
  return { pipeline: made[0] as WindowPipeline, template: Template.fromStack(stack) };
}

/** What stands on a dashboard, its references as text. */
function widgetsOf(template: Template): Widget[] {
  const [dashboard] = resourcesOf(template, 'AWS::CloudWatch::Dashboard');
  const [separator, parts] = bodySchema.parse(dashboard?.Properties).DashboardBody['Fn::Join'];
  const text = parts.map((part) => (typeof part === 'string' ? part : JSON.stringify(part).replaceAll('"', "'"))).join(separator);
  return z.object({ widgets: z.array(widgetSchema) }).parse(JSON.parse(text)).widgets;
}

const metricsOf = ({ properties }: Widget) => properties.metrics ?? [];
const ownMetrics = (widgets: readonly Widget[]) => widgets.flatMap(metricsOf).filter(([namespace]) => namespace === 'Mullion');
const ownNames = (widgets: readonly Widget[]) => new Set(ownMetrics(widgets).map(([, name]) => name));

describe('the dashboard', () => {
  const { template, pipeline } = synthesize();
  const widgets = widgetsOf(template);

  it('answers three questions, from above: is it healthy, how late is it, what is it costing', () => {
    expect(widgets.map(({ width, properties }) => [width, properties.title])).toEqual([
      [24, 'Test/Flights: is it healthy?'],
      [8, 'How late is it, now? (ms)'],
      [8, 'How late has it been? (ms)'],
      [8, 'Events a minute, and what is left out'],
      [8, 'What did it cost yesterday? ($, without streams)'],
      [8, 'Dollars a day, without streams'],
      [8, undefined],
    ]);
  });

  it('shows every alarm there is', () => {
    expect(widgets[0]?.properties.alarms).toHaveLength(pipeline.alarms.length);
  });

  it('shows metrics that are published, of its own pipeline', () => {
    expect(ownNames(widgets)).toEqual(new Set(['watermarkLagMs', 'events', 'tooLateEvents', 'invalidEvents', 'oversizedPanes']));
    for (const [, name, ...dimension] of ownMetrics(widgets)) {
      expect(METRICS).toHaveProperty(name as MetricName);
      expect(isPublished(name as MetricName, 'vital')).toBe(true);
      expect(dimension.slice(0, 2)).toEqual(['service', 'Test/Flights']);
    }
  });

  it('counts what functions and table cost, lane by lane, and says what the streams do', () => {
    const expressions = (props: Partial<WindowPipelineProps>) =>
      metricsOf(widgetsOf(synthesize(props).template)[5] as Widget).flatMap(([first]) => expressionSchema.safeParse(first).data ?? []);
    expect(expressions({})).toEqual([
      { label: 'ingest', expression: 'ingest0runs * 0.0000002 + ingest0ms * 0.0000000066667' },
      { label: 'fire', expression: 'fire0runs * 0.0000002 + fire0ms * 0.000000023033969' },
      { label: 'table', expression: 'writes * 0.000000625 + reads * 0.000000125' },
    ]);
    expect(expressions({ lanes: 2, fireMemoryMb: 1_024 })[1]?.expression).toBe(
      'fire0runs * 0.0000002 + fire0ms * 0.0000000133334 + fire1runs * 0.0000002 + fire1ms * 0.0000000133334',
    );
    expect(widgets.at(-1)?.properties.markdown).toContain('**Streams made here: $1.08 a day**, 3 shards');
  });

  it('shows how many records were given up, where any may be', () => {
    const left = (these: readonly Widget[]) => these.flatMap(metricsOf).filter(([, name]) => name === 'DroppedEventCount');
    expect(left(widgets)).toEqual([]);
    const stack = stackOf((scope) => {
      const discard = { bucket: new s3.Bucket(scope, 'Discarded'), retryAttempts: 100 };
      new WindowPipeline(scope, 'Flights', { entry: 'flights.ts', dashboard: true, discard });
    });
    expect(left(widgetsOf(Template.fromStack(stack)))).toHaveLength(1);
  });

  it('leaves out what is not published', () => {
    expect(ownNames(widgetsOf(synthesize({ metrics: 'none' }).template))).toEqual(new Set());
  });

  it('is made only when it is asked for, for it costs; its widgets are there for one of your own', () => {
    const { pipeline: plain, template: without } = synthesize({ dashboard: false });
    without.resourceCountIs('AWS::CloudWatch::Dashboard', 0);
    expect(plain.dashboard).toBeUndefined();
    const stack = stackOf((scope: Stack) => {
      const pipelines = ['Minutes', 'Hours'].map((id) => new WindowPipeline(scope, id, { entry: 'minutes.ts' }));
      new cloudwatch.Dashboard(scope, 'Both', { widgets: pipelines.flatMap((each) => each.widgets) });
    });
    const both = widgetsOf(Template.fromStack(stack));
    expect(both).toHaveLength(14);
    expect(new Set(ownMetrics(both).map(([, , , service]) => service))).toEqual(new Set(['Test/Minutes', 'Test/Hours']));
  });
});
