import { expect, test } from 'vitest';
import { aggregateSchema } from '../../shared/configuration/aggregate-schema.ts';
import { pipelineSchema } from '../../shared/configuration/pipeline-schema.ts';
import { readConfiguration } from '../../shared/configuration/read-configuration.ts';
import { triggerSchema } from '../../shared/configuration/trigger-schema.ts';
import { windowSchema } from '../../shared/configuration/window-schema.ts';
import { type Page, pages, samples } from '../docs/pages.ts';

const page = pages().find(({ path }) => path === 'docs/CONFIGURATION.md') as Page;

test('the configuration on the page is one, in all its profiles', () => {
  const [sample = ''] = samples(page, 'yaml');
  const read = (name?: string) => readConfiguration(sample, 'pipeline.yaml', { name, isOptional: false }).pipeline;
  expect(read('production').description).toEqual(read().description);
  expect(read().operators.map(({ name }) => name)).toEqual(['performance', 'conversations', 'anomalies']);
  expect(read('development').description.windows.performance?.window).toBe('tumbling(10000, offset 0)');
});

test('every field and every aggregate that there is has its place on the page', () => {
  const [, aggregates] = aggregateSchema.options;
  const types = aggregates.options.map(({ shape }) => shape.type.value);
  const fields = [pipelineSchema, triggerSchema, ...windowSchema.options].flatMap(({ shape }) => Object.keys(shape));
  const named = [...types, ...fields].filter((name) => name !== '$schema' && !name.endsWith('_ms'));
  expect(named.length).toBeGreaterThan(50);
  expect(named.filter((name) => !page.text.includes(`\`${name}\``))).toEqual([]);
});
