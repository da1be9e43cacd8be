import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { PipelinePropError, WindowPipeline, type WindowPipelineProps } from '../../infra/infra.ts';

// Definitions are looked at as they are; what is made of them need not be.
vi.mock('../../functions/bundle.ts', async (original) => ({
  ...(await original<typeof import('../../functions/bundle.ts')>()),
  bundleFunction: (await import('./stub-bundle.ts')).bundleFunction,
}));

const root = join(import.meta.dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'mullion-check-'));
afterAll(() => rmSync(folder, { recursive: true }));

const entry = join(folder, 'orders.ts');
writeFileSync(
  entry,
  `import { boundedOutOfOrderness, count, pipeline, tumbling } from ${JSON.stringify(join(root, 'shared', 'mullion.ts'))};
const keyBy = (order: { shop: string }) => order.shop;
export default pipeline('orders', {
  timestamp: (order: { at: number }) => order.at,
  watermark: boundedOutOfOrderness(0),
  lanes: 3,
  windows: {
    minutes: { keyBy, window: tumbling('1m'), aggregate: { orders: count() } },
    months: { keyBy, window: tumbling('90d'), allowedLateness: '30d', aggregate: { orders: count() } },
  },
});
`,
);

function synthesize(props: Partial<WindowPipelineProps>): Template {
  const stack = new Stack(new App(), 'Test');
  new WindowPipeline(stack, 'Orders', { entry, stateRetention: Duration.days(31), ...props });
  return Template.fromStack(stack);
}

describe('a definition that is looked at when the app is synthesized', { timeout: 60_000 }, () => {
  it('has as many functions that fire as it has lanes', () => {
    const template = synthesize({});
    template.resourceCountIs('AWS::Scheduler::Schedule', 3);
    template.resourcePropertiesCountIs('AWS::Lambda::Function', { Environment: { Variables: { MULLION_LANES: '3' } } }, 4);
  });

  it.each<[string, Partial<WindowPipelineProps>, string]>([
    ['another number of lanes', { lanes: 2 }, 'lanes is 2, and the definition has 3; leave lanes out'],
    [
      'a retention that is no longer than the lateness',
      { stateRetention: Duration.days(30) },
      'stateRetention is 30 days, and the window months takes late events for 30; the log would expire while the window can still fire',
    ],
  ])('refuses %s', (_what, props, sentence) => {
    expect(() => synthesize(props)).toThrow(PipelinePropError);
    expect(() => synthesize(props)).toThrow(`WindowPipeline "Test/Orders": ${sentence}`);
  });

  it('is not looked at where that is not wanted', () => {
    synthesize({ checkDefinition: false, lanes: 2, stateRetention: Duration.days(2) }).resourceCountIs('AWS::Scheduler::Schedule', 2);
    synthesize({ checkDefinition: false }).resourceCountIs('AWS::Scheduler::Schedule', 1);
  });
});

describe('a configuration', () => {
  const yaml = join(root, 'examples', 'flights.yaml');
  const ofFlights = (props: Partial<WindowPipelineProps>) => {
    const stack = new Stack(new App(), 'Test');
    new WindowPipeline(stack, 'Flights', { entry: yaml, ...props });
    return Template.fromStack(stack);
  };

  it('is deployed by its profile, with the lanes and the retention that it names', () => {
    const template = ofFlights({ profile: 'production' });
    template.resourceCountIs('AWS::Scheduler::Schedule', 2);
    template.allResourcesProperties('AWS::Kinesis::Stream', { RetentionPeriodHours: 7 * 24 });
    template.hasResourceProperties('AWS::Lambda::Function', { Environment: { Variables: { MULLION_RETENTION_DAYS: '60' } } });
    ofFlights({}).allResourcesProperties('AWS::Kinesis::Stream', { RetentionPeriodHours: 24 });
  });

  it('says less than the props', () => {
    const template = ofFlights({ profile: 'production', streamRetention: Duration.days(2), stateRetention: Duration.days(3) });
    template.allResourcesProperties('AWS::Kinesis::Stream', { RetentionPeriodHours: 48 });
    template.hasResourceProperties('AWS::Lambda::Function', { Environment: { Variables: { MULLION_RETENTION_DAYS: '3' } } });
  });

  it('is what has profiles, and a module is not', () => {
    expect(() => synthesize({ profile: 'production' })).toThrow(PipelinePropError);
    expect(() => synthesize({ profile: 'production' })).toThrow('is a module; only configurations (.yaml, .json) have profiles');
    expect(() => ofFlights({ profile: 'prod' })).toThrow(`there is no profile 'prod'; there are development, production`);
  });
});
