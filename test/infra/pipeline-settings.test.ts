import { App, Duration, NestedStack, Stack } from 'aws-cdk-lib';
import * as kinesis from 'aws-cdk-lib/aws-kinesis';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { describe, expect, it, vi } from 'vitest';
import { PipelinePropError, WindowPipeline, type WindowPipelineProps } from '../../infra/infra.ts';
import { network } from './shapes.ts';

vi.mock('../../functions/bundle.ts', () => import('./stub-bundle.ts'));

function refusalOf(props: Partial<WindowPipelineProps> | ((stack: Stack) => Partial<WindowPipelineProps>)): string {
  const stack = new Stack(new App(), 'Test', { env: { account: '111111111111', region: 'us-east-1' } });
  try {
    new WindowPipeline(stack, 'Flights', { entry: 'flights.ts', ...(typeof props === 'function' ? props(stack) : props) });
  } catch (error) {
    if (!(error instanceof PipelinePropError)) throw error;
    expect(error.message).toContain('WindowPipeline "Test/Flights": ');
    return error.message;
  }
  throw new Error('nothing was refused');
}

function given(streamArn: string) {
  return (stack: Stack) => ({ inputStream: kinesis.Stream.fromStreamArn(stack, 'Orders', streamArn) });
}

describe('a parallelization factor above 1', () => {
  it('is refused as a prop, with the reason and what to do instead', () => {
    const message = refusalOf({ parallelizationFactor: 2 });
    expect(message).toContain('parallelizationFactor is 2; it must be 1.');
    expect(message).toContain('more shards');
  });

  it('is refused at synthesis when it was set on the resource itself', () => {
    const app = new App();
    const pipeline = new WindowPipeline(new Stack(app, 'Test'), 'Flights', { entry: 'flights.ts' });
    const mapping = pipeline.node.findAll().find((construct) => construct instanceof lambda.CfnEventSourceMapping);
    if (mapping === undefined) throw new Error('there is no mapping');
    mapping.parallelizationFactor = 10;
    expect(() => app.synth()).toThrow('parallelizationFactor was set to 10; it must stay 1');
  });
});

describe('a name or a starting position that cannot be', () => {
  it.each<[Partial<WindowPipelineProps>, string]>([
    [{ name: 'flights#2' }, 'name is "flights#2"; it must be 1 to 64 letters, digits, - or _, a letter first.'],
    [{ name: '' }, 'name is ""'],
    [
      { startingPosition: 'LATEST' as never },
      "startingPosition is LATEST; it must be 'TRIM_HORIZON' or a date: for the latest, the moment of the deployment.",
    ],
    [{ startingPosition: new Date('soon') }, 'startingPosition is Invalid Date'],
  ])('%j', (props, sentence) => {
    expect(refusalOf(props)).toContain(sentence);
  });
});

it('packs panes in no other way', () => {
  expect(refusalOf({ panesPerRecord: 'all' as never })).toContain("panesPerRecord is \"all\"; it must be 'one' or 'many'.");
});

it('knows no other levels of metrics and logs than there are', () => {
  expect(refusalOf({ metrics: 'some' as never })).toContain("metrics is \"some\"; it must be 'none' or 'vital' or 'all' or 'shards'.");
  expect(refusalOf({ logLevel: 'info' as never })).toContain("logLevel is \"info\"; it must be 'DEBUG' or 'INFO' or 'WARN'.");
});

describe('numbers out of range', () => {
  it.each<[Partial<WindowPipelineProps>, string]>([
    [{ batchSize: 10_001 }, 'batchSize is 10001; it must be a whole number of records, 1 to 10000.'],
    [{ batchSize: 0 }, 'batchSize is 0'],
    [{ batchSize: 2.5 }, 'batchSize is 2.5'],
    [{ batchWindow: Duration.seconds(0) }, 'batchWindow is 0; it must be a whole number of seconds, 1 to 300.'],
    [{ batchWindow: Duration.millis(1_500) }, 'batchWindow is 1.5'],
    [{ batchWindow: Duration.minutes(6) }, 'batchWindow is 360'],
    [{ tickInterval: Duration.seconds(30) }, 'tickInterval is 0.5; it must be a whole number of minutes, 1 to 60.'],
    [{ tickInterval: Duration.seconds(90) }, 'tickInterval is 1.5'],
    [{ inputShardCount: 0 }, 'inputShardCount is 0'],
    [{ ingestMemoryMb: 64 }, 'ingestMemoryMb is 64; it must be a whole number of MB, 128 to 10240.'],
    [{ fireTimeout: Duration.minutes(16) }, 'fireTimeout is 960'],
    [{ fireReservedConcurrency: 0 }, 'fireReservedConcurrency is 0; it must be a whole number of runs at a time, 1 to 1000.'],
    [{ streamRetention: Duration.hours(1) }, 'streamRetention is 1; it must be a whole number of hours, 24 to 8760.'],
    [{ payloads: { fromBytes: 0 } }, 'payloads.fromBytes is 0; it must be a whole number of bytes, 1 to 1073741824.'],
    [{ alarms: { ingestLagMax: Duration.seconds(90) } }, 'alarms.ingestLagMax is 1.5; it must be a whole number of minutes, 1 to 10080.'],
    [{ alarms: { watermarkStuckMax: Duration.days(8) } }, 'alarms.watermarkStuckMax is 11520'],
    [{ alarms: { tooLateEventsMax: -1 } }, 'alarms.tooLateEventsMax is -1'],
    [{ alarms: { sideRecordsMax: 0.5 } }, 'alarms.sideRecordsMax is 0.5'],
    [
      { history: { bufferInterval: Duration.seconds(30) } },
      'history.bufferInterval is 30; it must be a whole number of seconds, 60 to 900.',
    ],
    [{ history: { retention: Duration.hours(1) } }, 'history.retention is '],
    [{ history: { database: 'Flights' } }, 'history.database is "Flights"; it must be 1 to 255 lower-case letters, digits or _.'],
    [{ stateRetention: Duration.hours(36) }, 'stateRetention is 1.5'],
  ])('%j', (props, sentence) => {
    expect(refusalOf(props)).toContain(sentence);
  });
});

describe('props that contradict each other', () => {
  it('state that expires before the records it accounts for', () => {
    expect(refusalOf({ streamRetention: Duration.days(30) })).toContain('stateRetention is 30 days and streamRetention 30');
  });

  it('shards for a stream that is given', () => {
    const message = refusalOf((stack) => ({ inputStream: new kinesis.Stream(stack, 'Orders'), inputShardCount: 2 }));
    expect(message).toContain('inputShardCount was given together with inputStream');
  });

  it('a stream of another account, or region', () => {
    expect(refusalOf(given('arn:aws:kinesis:us-east-1:222222222222:stream/orders'))).toContain(
      'inputStream is in account 222222222222, the stack in 111111111111',
    );
    expect(refusalOf(given('arn:aws:kinesis:eu-west-1:111111111111:stream/orders'))).toContain('inputStream is in region eu-west-1');
  });

  it('an alarm on the history that would go off when all is well', () => {
    expect(refusalOf({ history: {}, alarms: { historyLagMax: Duration.minutes(15) } })).toContain(
      'alarms.historyLagMax is 15 minutes and history.bufferInterval 15; panes wait for so long when all is well',
    );
  });

  it('a history without a name, in a stack that has none yet', () => {
    const nested = new NestedStack(new Stack(new App(), 'Outer'), 'Inner');
    expect(() => new WindowPipeline(nested, 'Flights', { entry: 'flights.ts', history: {} })).toThrow('history.database is missing');
  });

  it('a network without a security group, when they are given', () => {
    expect(refusalOf((stack) => ({ network: { vpc: network(stack), securityGroups: [] } }))).toContain(
      'network.securityGroups is 0; it must be a whole number of groups, 1 to 5.',
    );
  });

  it('a discard rule without a limit, or with one that Lambda does not take', () => {
    expect(refusalOf((stack) => ({ discard: { bucket: new s3.Bucket(stack, 'B') } }))).toContain('it would never discard');
    expect(refusalOf((stack) => ({ discard: { bucket: new s3.Bucket(stack, 'B'), recordAge: Duration.days(8) } }))).toContain(
      'discard.recordAge is 691200',
    );
  });
});
