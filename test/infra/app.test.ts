import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { z } from 'zod';
import { templateSchema } from './template-facts.ts';

const root = join(import.meta.dirname, '..', '..');
const outdir = mkdtempSync(join(tmpdir(), 'mullion-app-'));
afterAll(() => rmSync(outdir, { recursive: true }));

const cdkSchema = z.object({ app: z.string(), context: z.record(z.string(), z.unknown()) });

function readAs<T extends z.ZodType>(schema: T, path: string): z.infer<T> {
  return schema.parse(JSON.parse(readFileSync(path, 'utf8')));
}

// It takes seconds; a busy machine may need many more, which is no failure.
it('the example app synthesizes with the command of cdk.json, with real bundles, and no account', { timeout: 180_000 }, () => {
  const { app, context } = readAs(cdkSchema, join(root, 'cdk.json'));
  const { status, stderr } = spawnSync(app, {
    cwd: root,
    shell: true,
    encoding: 'utf8',
    env: {
      // What npx and npm scripts do: the project's own Node comes before the machine's.
      PATH: `${join(root, 'node_modules', '.bin')}${delimiter}${process.env.PATH}`,
      CDK_OUTDIR: outdir,
      CDK_CONTEXT_JSON: JSON.stringify({ ...context, trial: 'true' }),
    },
  });
  expect(stderr).toBe('');
  expect(status).toBe(0);

  const { Resources } = readAs(templateSchema, join(outdir, 'MullionFlights.template.json'));
  const assets = readdirSync(outdir).filter((name) => name.startsWith('asset.'));
  expect(assets).toHaveLength(2);
  for (const asset of assets) expect(readdirSync(join(outdir, asset)).toSorted()).toEqual(['index.mjs', 'index.mjs.map', 'parts']);
  expect(Object.values(Resources).find((resource) => resource.Type === 'AWS::DynamoDB::Table')?.DeletionPolicy).toBe('Delete');
  expect(existsSync(join(outdir, 'manifest.json'))).toBe(true);
});
