import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { BundleError, evaluateDefinition } from '../../functions/bundle.ts';

const root = join(import.meta.dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'mullion-definition-'));
afterAll(() => rmSync(folder, { recursive: true }));

let modules = 0;
function moduleOf(text: string): string {
  const path = join(folder, `pipeline-${++modules}.ts`);
  writeFileSync(
    path,
    `import { boundedOutOfOrderness, count, pipeline, tumbling } from ${JSON.stringify(join(root, 'shared', 'mullion.ts'))};\n${text}\n`,
  );
  return path;
}

const windows = `windows: { minutes: { keyBy: (e: { key: string }) => e.key, window: tumbling('1m'), allowedLateness: '2d', aggregate: { n: count() } } }`;
const definition = (name: string, options = '') =>
  `pipeline(${name}, { timestamp: (e: { at: number }) => e.at, watermark: boundedOutOfOrderness(0), ${windows}, ${options} })`;

// Each starts Node; a busy machine may need many seconds, which is no failure.
const SLOW = { timeout: 60_000 };

describe('what a definition says is known before it is deployed', SLOW, () => {
  it('of an example', () => {
    expect(evaluateDefinition(join(root, 'examples', 'flights.ts'))).toEqual({
      name: 'flights',
      lanes: 1,
      windows: expect.arrayContaining([expect.objectContaining({ name: 'departures' })]),
    });
  });

  it('whatever the module writes, and leaves running', () => {
    const path = moduleOf(
      `console.log('{"facts":1}'); console.error('a warning'); setInterval(() => {}, 1_000);\nexport default ${definition(`'orders'`, 'lanes: 4')};`,
    );
    expect(evaluateDefinition(path)).toEqual({ name: 'orders', lanes: 4, windows: [{ name: 'minutes', allowedLatenessMs: 172_800_000 }] });
  });

  it('and does not depend on the environment of this machine', () => {
    process.env.ORDERS_NAME = 'from-here';
    try {
      expect(evaluateDefinition(moduleOf(`export default ${definition(`process.env.ORDERS_NAME ?? 'orders'`)};`)).name).toBe('orders');
    } finally {
      delete process.env.ORDERS_NAME;
    }
  });
});

function refusalOf(path: string): string {
  try {
    evaluateDefinition(path);
  } catch (error) {
    if (error instanceof BundleError) return error.message;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('a module that cannot be loaded is refused, with what it said', SLOW, () => {
  it.each([
    [
      'a definition that cannot work',
      `export default ${definition(`'orders'`, `lanes: 65`)};`,
      "DefinitionError: pipeline 'orders', lanes: 65 is not allowed",
    ],
    ['no pipeline', `export default { name: 'orders' };`, 'its default export must be a pipeline(…); found'],
    [
      'an error of its own',
      `if (process.env.TABLE === undefined) throw new Error('TABLE is not set');\nexport default ${definition(`'orders'`)};`,
      'Error: TABLE is not set',
    ],
    [
      'an end of the process',
      `process.exit(7);\nexport default ${definition(`'orders'`)};`,
      'Node ended without an answer, with exit code 7.',
    ],
    [
      'something it waits for in vain',
      `await new Promise(() => {});\nexport default ${definition(`'orders'`)};`,
      'Node ended without an answer, with exit code 13.',
    ],
  ])('%s', (_what, text, sentence) => {
    const path = moduleOf(text);
    const message = refusalOf(path);
    expect(message).toContain(`The pipeline ${path} cannot be loaded: ${sentence}`);
    expect(message).toContain('checkDefinition: false');
  });

  it('and one that is not there, or does not compile, as by the bundler', () => {
    expect(() => evaluateDefinition(join(folder, 'nowhere.ts'))).toThrow('There is no pipeline file at');
    expect(() => evaluateDefinition(moduleOf('export default (;'))).toThrow('does not compile');
    expect(() => evaluateDefinition(moduleOf('export const orders = 1;'))).toThrow('has no default export; it exports orders');
  });
});
