import { beforeAll, describe, expect, test } from 'vitest';
import { runInTemporaryProject, TOOL_TIMEOUT_MS } from './temporary-project.ts';

const INFRA_RULE =
  'infra imports only itself, functions/bundle.ts, functions/configuration-file.ts, functions/definition-facts.ts, functions/telemetry/metric-catalogue.ts, shared/time/, shared/pipeline/pipeline-name.ts, shared/cost/prices.ts';
const REFUSED: readonly (readonly [from: string, specifier: string, rule: string])[] = [
  ['shared/windows/a.ts', '../log/target.ts', 'meaning imports only itself'],
  ['shared/triggers/a.ts', '../ports/target.ts', 'meaning imports only itself'],
  ['shared/log/a.ts', '../ports/target.ts', 'log imports only itself, meaning'],
  ['shared/ports/a.ts', '../adapters/target.ts', 'ports imports only itself, meaning, log'],
  ['shared/ingest/a.ts', '../firing/target.ts', 'ingest imports only itself, meaning, log, ports, evolution'],
  ['shared/firing/a.ts', '../ingest/target.ts', 'firing imports only itself, meaning, log, ports, evolution'],
  ['shared/firing/b.ts', '../adapters/target.ts', 'firing imports only itself, meaning, log, ports, evolution'],
  ['shared/adapters/a.ts', '../firing/target.ts', 'adapters imports only itself, meaning, log, ports'],
  ['shared/log/b.ts', '../../functions/target.ts', 'log imports only itself, meaning'],
  ['functions/a.ts', '../infra/target.ts', 'functions imports only itself, shared/'],
  ['functions/b.ts', '../test/target.ts', 'functions imports only itself, shared/'],
  ['functions/c.ts', '../shared/adapters/target.ts', 'one composition root'],
  ['infra/a.ts', '../functions/target.ts', INFRA_RULE],
  ['infra/b.ts', '../shared/firing/target.ts', INFRA_RULE],
  ['cli/a.ts', '../local/target.ts', 'cli imports only itself, shared/, functions'],
  ['local/a.ts', '../test/target.ts', 'local imports only itself, shared/, functions, examples, cli'],
  ['shared/ingest/b.ts', '@aws-sdk/client-kinesis', 'only adapters talk to AWS'],
  ['functions/ports.ts', '@smithy/node-http-handler', 'only adapters talk to AWS'],
  ['shared/firing/c.ts', 'node:fs', 'the engine has no input but its ports'],
  ['examples/a.ts', '../shared/windows/target.ts', 'examples imports only itself, package'],
  ['examples/b.ts', '../shared/mullion.ts', 'an example calls the package by its name'],
  ['examples/c.ts', 'zod', 'an example is what a user would write'],
  ['plugins/a.ts', '../shared/windows/target.ts', 'every folder has its place'],
  ['shared/queries/a.ts', '../windows/target.ts', 'every folder has its place'],
  ['cli/b.ts', './nowhere.ts', 'every import leads somewhere'],
  ['functions/d.ts', 'vitest', 'nothing that ships needs a tool'],
  ['cli/c.ts', './utils/target.ts', 'a file is named after what it holds'],
  ['shared/table/a.ts', './b.ts', 'no cycles'],
];

const ALLOWED: readonly (readonly [from: string, specifier: string])[] = [
  ['shared/windows/z.ts', '../time/target.ts'],
  ['shared/log/z.ts', '../windows/target.ts'],
  ['shared/ingest/z.ts', '../ports/target.ts'],
  ['shared/firing/z.ts', 'node:crypto'],
  ['shared/adapters/z.ts', '@aws-sdk/client-dynamodb'],
  ['functions/z.ts', '../shared/firing/target.ts'],
  ['infra/z.ts', '../functions/bundle.ts'],
  ['infra/y.ts', 'aws-cdk-lib'],
  ['cli/z.ts', '../shared/adapters/target.ts'],
  ['local/z.ts', '../functions/target.ts'],
  ['local/y.ts', '@aws-sdk/client-kinesis'],
  ['examples/z.ts', 'mullion'],
  ['test/z.ts', '../infra/target.ts'],
];

const importing = ([path, specifier]: readonly [string, string, ...unknown[]]): [string, string] => [path, `import '${specifier}';`];
const targets = ['log', 'ports', 'adapters', 'firing', 'ingest', 'windows', 'time'].map((folder) => `shared/${folder}/target.ts`);

let printed: readonly string[];

beforeAll(async () => {
  const files = {
    ...Object.fromEntries(
      [...targets, ...['functions', 'infra', 'test', 'local', 'cli/utils'].map((folder) => `${folder}/target.ts`)].map((path) => [
        path,
        'export {};',
      ]),
    ),
    'shared/mullion.ts': 'export {};',
    'functions/bundle.ts': 'export {};',
    'shared/table/b.ts': "import './a.ts';",
    ...Object.fromEntries([...REFUSED, ...ALLOWED].map(importing)),
  };
  printed = (await runInTemporaryProject(files, 'tools/layers.ts')).split('\n');
}, TOOL_TIMEOUT_MS);

const about = (path: string) => printed.filter((line) => line.includes(`: ${path} → `));

describe('an import against the layers is refused', () => {
  test.each(REFUSED.map(([from, specifier, rule]) => ({ from, specifier, rule })))('$from → $specifier: $rule', ({ from, rule }) => {
    expect(about(from).map((line) => line.slice(0, line.indexOf(`: ${from}`)))).toContain(rule);
  });

  test.each(ALLOWED.map(([from, specifier]) => ({ from, specifier })))('$from → $specifier is allowed', ({ from }) => {
    expect(about(from)).toEqual([]);
  });

  test('every file was read', () => {
    expect(printed.filter((line) => line.startsWith('not read'))).toEqual([]);
  });
});

test(
  'a check of nothing fails',
  async () => {
    expect(await runInTemporaryProject({ 'shared/time/alone.ts': 'export {};' }, 'tools/layers.ts')).toContain('nothing has been checked');
  },
  TOOL_TIMEOUT_MS,
);
