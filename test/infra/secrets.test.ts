import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test, vi } from 'vitest';
import { SHAPES, stackOf } from './shapes.ts';
import { environmentsOf } from './template-facts.ts';

vi.mock('../../functions/bundle.ts', async () => import('./stub-bundle.ts'));

// Names of things, sizes and levels: whoever adds one has to say here that it is no secret.
const NO_SECRETS = [
  'MULLION_DISCARDS',
  'MULLION_FIRE_FUNCTIONS',
  'MULLION_INPUT_STREAM',
  'MULLION_LANE',
  'MULLION_LANES',
  'MULLION_METRICS',
  'MULLION_NAME',
  'MULLION_OUTPUT_STREAM',
  'MULLION_PANES_PER_RECORD',
  'MULLION_PAYLOADS',
  'MULLION_PAYLOADS_FROM_BYTES',
  'MULLION_PIPELINES',
  'MULLION_RETENTION_DAYS',
  'MULLION_SIDE_STREAM',
  'MULLION_STARTING_AT',
  'MULLION_TABLE',
  'NODE_OPTIONS',
  'POWERTOOLS_LOG_LEVEL',
  'POWERTOOLS_SERVICE_NAME',
];
const SECRET = /secret|password|passwd|credential|private.?key|api.?key|token|\bAKIA[0-9A-Z]{16}\b|resolve:(?:secretsmanager|ssm)/i;

describe.each(Object.entries(SHAPES))('%s', (_name, shape) => {
  const template = Template.fromStack(stackOf(shape));

  test('gives its functions nothing that is secret: their roles are all they need', () => {
    const variables = environmentsOf(template).flatMap((environment) => Object.entries(environment));
    expect(variables.length).toBeGreaterThan(5);
    expect(
      variables
        .filter(([name]) => name.startsWith('MULLION_') || name.startsWith('POWERTOOLS_'))
        .map(([name]) => name)
        .filter((name) => !NO_SECRETS.includes(name)),
    ).toEqual([]);
    expect(variables.filter(([name, value]) => SECRET.test(name) || SECRET.test(value))).toEqual([]);
  });
});
