import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack, Validations } from 'aws-cdk-lib';
import * as kinesis from 'aws-cdk-lib/aws-kinesis';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { WindowPipeline } from '../../infra/constructs/window-pipeline.ts';
import { SHAPES, stackOf } from './shapes.ts';

vi.mock('../../functions/bundle.ts', () => import('./stub-bundle.ts'));

const reportSchema = z.object({
  pluginReports: z.array(
    z.object({
      violations: z.array(z.object({ ruleName: z.string(), violatingConstructs: z.array(z.object({ constructPath: z.string() })) })),
    }),
  ),
});

/** What the rules of AWS's solutions find in an app: `rule at construct`. */
function findingsIn(stack: Stack): string[] {
  const app = stack.node.root as App;
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  try {
    app.synth();
  } catch (error) {
    // It is in the report, as well.
    if (!String(error).startsWith('ValidationFailed')) throw error;
  }
  const report = reportSchema.parse(JSON.parse(readFileSync(join(app.outdir, 'validation-report.json'), 'utf8')));
  return report.pluginReports
    .flatMap(({ violations }) => violations)
    .flatMap(({ ruleName, violatingConstructs }) => violatingConstructs.map(({ constructPath }) => `${ruleName} at ${constructPath}`));
}

describe('the rules of AWS Solutions', () => {
  it.each(Object.entries(SHAPES))('find nothing in a stack with %s', { timeout: 60_000 }, (_name, shape) => {
    expect(findingsIn(stackOf(shape))).toEqual([]);
  });

  it('would find what is wrong', { timeout: 60_000 }, () => {
    const stack = stackOf((scope) => new kinesis.Stream(scope, 'Plain', { encryption: kinesis.StreamEncryption.UNENCRYPTED }));
    expect(findingsIn(stack)).toEqual(['AwsSolutions-KDS1 at Test/Plain/Resource']);
  });

  it('accept a bucket that is given by its name alone, too', { timeout: 60_000 }, () => {
    const stack = stackOf((scope) => {
      const bucket = s3.Bucket.fromBucketName(scope, 'Elsewhere', 'discarded-flights');
      new WindowPipeline(scope, 'Flights', { entry: 'flights.ts', discard: { bucket, retryAttempts: 10 } });
    });
    expect(findingsIn(stack)).toEqual([]);
  });
});

it('every finding that is accepted is one wildcard or one rule, at one construct, with a reason', () => {
  const stack = stackOf(SHAPES['everything on'] as (scope: Stack) => unknown);
  const accepted = stack.node.findAll().flatMap(({ node }) =>
    node.metadata
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ data }) => Object.entries(z.record(z.string(), z.string()).parse(data)))
      .filter(([id]) => id.includes('AwsSolutions'))
      .map(([id, reason]) => ({ finding: `${id.replace(/^.*AwsSolutions-/, '')} at ${node.path}`, reason })),
  );
  const payloads = 'IAM5[Resource::<FlightsPayloads025EE0D4.Arn>/*]';
  // Once for network interfaces, and once for traces.
  const anything = 'IAM5[Resource::*]';
  const ofFunction = (path: string) => [anything, anything, payloads].map((finding) => `${finding} at Test/${path}/Role`);
  expect(accepted.map(({ finding }) => finding)).toEqual([
    'KDS3 at Test/Flights/Input',
    'KDS3 at Test/Flights/Output',
    'KDS3 at Test/Flights/Side',
    'S1 at Test/Flights/Payloads',
    ...['Flights/Fire', 'Flights/Fire1', 'Flights/Fire2'].flatMap(ofFunction),
    'S1 at Test/Flights/History/Bucket',
    'IAM5[Resource::<FlightsHistoryBucket5A2C0FBC.Arn>/panes/*] at Test/Flights/History/Delivery/Role',
    'KDF1 at Test/Flights/History/Delivery/Resource',
    ...ofFunction('Flights/Ingest'),
    'IAM5[Resource::<Discarded88003295.Arn>/*] at Test/Flights/Ingest/Role',
    ...[anything, anything].map((finding) => `${finding} at Test/Flights/Discards/Role`),
    'IAM5[Resource::<Discarded88003295.Arn>/aws/lambda/<FlightsIngestMapping9BE26B97>/*] at Test/Flights/Discards/Role',
    ...ofFunction('Api/Handler'),
    ...[anything, anything].map((finding) => `${finding} at Test/Socket/Handler/Role`),
    'APIG4 at Test/Socket/WebSocket/$default-Route',
  ]);
  for (const { reason } of accepted) expect(reason.length).toBeGreaterThan(40);
});
