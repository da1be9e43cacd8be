import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { schemaText } from '../../shared/configuration/editor-schema.ts';

const root = join(import.meta.dirname, '..', '..');
const validate = new Ajv2020({ allErrors: true, strict: true, strictRequired: false, allowUnionTypes: true }).compile(
  JSON.parse(schemaText()) as object,
);

const PIPELINE = { name: 'a', timestamp: 'at', watermark: { delay: '5s' }, key: 'k' };
const withWindow = (window: object, profiles?: object) => ({ ...PIPELINE, windows: { w: window }, ...(profiles && { profiles }) });
const hours = { type: 'tumbling', size: '1h', aggregates: { n: 'count' } };

describe('the JSON Schema for editors', () => {
  test('is the one that is shipped (npx mullion schema > schema/pipeline.schema.json)', () => {
    expect(readFileSync(join(root, 'schema', 'pipeline.schema.json'), 'utf8')).toBe(schemaText());
  });

  const examples = readdirSync(join(root, 'examples')).filter((name) => name.endsWith('.yaml'));
  test.each(examples)('takes examples/%s', (name) => {
    validate(parse(readFileSync(join(root, 'examples', name), 'utf8')));
    expect(validate.errors).toBe(null);
  });

  test.each<[what: string, document: object]>([
    ['a part of a window in a profile', withWindow(hours, { production: { windows: { w: { size: '5m' } } } })],
    ['nothing in a profile', withWindow(hours, { production: null })],
    ['a null in a profile', withWindow(hours, { production: { windows: { w: { size: null, size_ms: 5 } }, key: null } })],
    ['what is missing, in a profile', { ...PIPELINE, profiles: { production: { windows: { w: hours } } } }],
    ['every form of an aggregate', withWindow({ ...hours, aggregates: { a: 'rate', b: { type: 'mean', of: { path: 'x', default: 0 } } } })],
  ])('takes %s', (_what, document) => {
    validate(document);
    expect(validate.errors).toBe(null);
  });

  test.each<[what: string, document: object]>([
    ['a misspelled field', withWindow({ ...hours, siez: '5m' })],
    ['a field of another type', withWindow({ ...hours, gap: '5m' })],
    ['a number without a unit', withWindow({ ...hours, size: 5 })],
    ['no windows', PIPELINE],
    ['an aggregate without its value', withWindow({ ...hours, aggregates: { m: { type: 'mean' } } })],
    ['a misspelled field in a profile', withWindow(hours, { production: { windows: { w: { siez: '5m' } } } })],
    ['a wrong value in a profile', withWindow(hours, { production: { lanes: 'many' } })],
  ])('refuses %s', (_what, document) => expect(validate(document)).toBe(false));
});
