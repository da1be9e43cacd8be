import { join } from 'node:path';
import type { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it, vi } from 'vitest';
import { bundledActions } from './bundled-operations.ts';
import { SHAPES, stackOf } from './shapes.ts';
import { grantsOf, resourcesOf } from './template-facts.ts';

vi.mock('../../functions/bundle.ts', () => import('./stub-bundle.ts'));

const { bundleApi, bundleFunction } = await vi.importActual<typeof import('../../functions/bundle.ts')>('../../functions/bundle.ts');
const flights = join(import.meta.dirname, '..', '..', 'examples', 'flights.ts');
const CODE = {
  ingest: bundledActions((outdir) => bundleFunction({ kind: 'ingest', pipelineEntry: flights, outdir })),
  fire: bundledActions((outdir) => bundleFunction({ kind: 'fire', pipelineEntry: flights, outdir })),
  discards: bundledActions((outdir) => bundleFunction({ kind: 'discards', pipelineEntry: flights, outdir })),
  socket: bundledActions((outdir) => bundleFunction({ kind: 'socket', pipelineEntry: flights, outdir })),
  api: bundledActions((outdir) => bundleApi({ pipelineEntries: [flights], outdir })),
};

const templateOf = (shape: string) => Template.fromStack(stackOf(SHAPES[shape] as (stack: Stack) => unknown));
const withoutHash = (id: string) => id.replace(/[0-9A-F]{8}$/, '');
const rolesOf = (template: Template) => resourcesOf(template, 'AWS::IAM::Role').map(({ id }) => withoutHash(id));
const actionsIn = (grants: readonly string[]) => [...new Set(grants.map((grant) => grant.split(' ')[0] as string))].toSorted();

/** What AWS does with a role, beside what the function's code does. */
const LOG = ['logs:CreateLogStream', 'logs:PutLogEvents'];
const POLLING = [
  'kinesis:DescribeStream',
  'kinesis:DescribeStreamSummary',
  'kinesis:GetRecords',
  'kinesis:GetShardIterator',
  'kinesis:ListShards',
];
const DISCARDING = ['s3:ListBucket', 's3:PutObject'];
const NETWORK = [
  'ec2:AssignPrivateIpAddresses',
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:UnassignPrivateIpAddresses',
];
const KEY = [
  'kms:Decrypt',
  'kms:DescribeKey',
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
];
const TRACING = ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'];
const DELIVERING = [
  'kinesis:DescribeStream',
  'kinesis:GetRecords',
  'kinesis:GetShardIterator',
  'kinesis:ListShards',
  'logs:PutLogEvents',
  's3:AbortMultipartUpload',
  's3:GetBucketLocation',
  's3:GetObject',
  's3:ListBucket',
  's3:ListBucketMultipartUploads',
  's3:PutObject',
];

// The first stack of a process takes a while, on a busy machine more than tests have.
const SLOW = { timeout: 60_000 };

const sorted = (...actions: readonly (readonly string[])[]) => [...new Set(actions.flat())].toSorted();
const withoutS3 = (actions: readonly string[]) => actions.filter((action) => !action.startsWith('s3:'));

describe('what the code of the functions can ask for', () => {
  it('of ingest, of fire, of what looks after discards, of the WebSocket, and of the API', () => {
    expect(CODE.socket).toEqual(['kinesis:PutRecords']);
    expect(CODE.ingest).toEqual([
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:Query',
      'kinesis:PutRecords',
      'lambda:InvokeFunction',
      's3:GetObject',
      's3:PutObject',
    ]);
    expect(CODE.fire).toEqual([
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:Query',
      'kinesis:GetRecords',
      'kinesis:GetShardIterator',
      'kinesis:ListShards',
      'kinesis:PutRecords',
      's3:GetObject',
      's3:PutObject',
    ]);
    expect(CODE.discards).toEqual(['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query', 's3:GetObject', 's3:PutObject']);
    expect(CODE.api).toEqual([
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:Query',
      'kinesis:GetRecords',
      'kinesis:GetShardIterator',
      'kinesis:ListShards',
      'kinesis:PutRecords',
      'lambda:GetEventSourceMapping',
      'lambda:UpdateEventSourceMapping',
      's3:GetObject',
      's3:PutObject',
    ]);
  });
});

describe('the roles may do what is asked for, and nothing more', SLOW, () => {
  const allowed: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
    minimal: {
      FlightsIngestRole: sorted(withoutS3(CODE.ingest), POLLING, LOG),
      FlightsFireRole: sorted(withoutS3(CODE.fire), LOG),
      FlightsFireScheduleRole: ['lambda:InvokeFunction'],
    },
    'everything on': {
      FlightsIngestRole: sorted(CODE.ingest, POLLING, LOG, DISCARDING, NETWORK, TRACING, KEY),
      ...Object.fromEntries(
        ['Fire', 'Fire1', 'Fire2'].flatMap((each) => [
          [`Flights${each}Role`, sorted(CODE.fire, LOG, NETWORK, TRACING, KEY)],
          [`Flights${each}ScheduleRole`, ['lambda:InvokeFunction']],
        ]),
      ),
      // What these two append is small: none of it is put into the bucket of payloads.
      FlightsDiscardsRole: sorted(CODE.discards, LOG, NETWORK, TRACING, KEY).filter((action) => action !== 's3:PutObject'),
      ApiHandlerRole: sorted(CODE.api, LOG, NETWORK, TRACING, KEY).filter((action) => action !== 's3:PutObject'),
      SocketHandlerRole: sorted(CODE.socket, LOG, NETWORK, TRACING, KEY),
      FlightsHistoryDeliveryRole: sorted(DELIVERING, ['kms:Decrypt', 'kms:GenerateDataKey']),
    },
  };

  it.each(Object.entries(allowed))('%s', (shape, expected) => {
    const template = templateOf(shape);
    expect(Object.fromEntries(rolesOf(template).map((role) => [role, actionsIn(grantsOf(template, role))]))).toEqual(expected);
  });
});

describe('no action and no resource is a wildcard', SLOW, () => {
  // Nothing narrower would do: objects are named as they come, network interfaces have no names before they are made, and traces have none.
  const FORCED = [
    /^s3:(?:Get|Put)Object on FlightsPayloads\/\*$/,
    /^s3:PutObject on Discarded\/\*$/,
    /^s3:GetObject on Discarded\/aws\/lambda\/FlightsIngestMapping\/\*$/,
    /^s3:(?:AbortMultipartUpload|GetObject|PutObject) on FlightsHistoryBucket\/panes\/\*$/,
    new RegExp(`^(?:${[...NETWORK, ...TRACING].join('|')}) on \\*$`),
  ];

  it.each(Object.keys(SHAPES))('with %s, but where AWS forces one', (shape) => {
    const template = templateOf(shape);
    const grants = rolesOf(template).flatMap((role) => grantsOf(template, role));
    expect(grants.length).toBeGreaterThan(20);
    expect(grants.filter((grant) => grant.includes('*') && !FORCED.some((forced) => forced.test(grant)))).toEqual([]);
    for (const { Properties } of resourcesOf(template, 'AWS::IAM::Role'))
      expect(Object.keys(Properties).filter((name) => ['ManagedPolicyArns', 'Policies'].includes(name))).toEqual([]);
  });

  it('and each that is forced is there', () => {
    const template = templateOf('everything on');
    const grants = rolesOf(template).flatMap((role) => grantsOf(template, role));
    for (const forced of FORCED) expect(grants.some((grant) => forced.test(grant))).toBe(true);
  });
});
