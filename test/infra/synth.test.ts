import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { afterAll, describe, expect, it } from 'vitest';
import { SHAPES, stackOf } from './shapes.ts';

const root = join(import.meta.dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'mullion-synth-'));
afterAll(() => rmSync(folder, { recursive: true }));

function moduleOf(name: string, lanes: number): string {
  const path = join(folder, `${name}.ts`);
  writeFileSync(
    path,
    `import { boundedOutOfOrderness, count, pipeline, tumbling } from ${JSON.stringify(join(root, 'shared', 'mullion.ts'))};
export default pipeline('${name}', {
  timestamp: (event: { at: number }) => event.at,
  watermark: boundedOutOfOrderness('5s'),
  lanes: ${lanes},
  windows: { minutes: { keyBy: (event: { key: string }) => event.key, window: tumbling('1m'), aggregate: { events: count() } } },
});
`,
  );
  return path;
}

const minutes = moduleOf('minutes', 1);
const hours = moduleOf('hours', 1);
const inLanes = moduleOf('flights', 3);
const flights = join(root, 'examples', 'flights.ts');

// Definitions that are looked at, and real bundles: seconds, and on a busy machine many.
describe('an app synthesizes, with definitions, functions and rules as they are', { timeout: 180_000 }, () => {
  it.each([
    ['minimal', 2],
    // Fire is the same for every lane, and is uploaded once; and what looks after discards, the API, and the WebSocket.
    ['everything on', 5],
    // With a WebSocket.
    ['streams of its own', 3],
    ['three pipelines', 5],
  ])('with %s', (name, functions) => {
    const shape = SHAPES[name];
    if (shape === undefined) throw new Error(`there is no shape ${name}`);
    const stack = stackOf((scope) => shape(scope, { flights: name === 'everything on' ? inLanes : flights, minutes, hours }));
    const app = stack.node.root as App;
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    const { directory } = app.synth();
    const bundles = readdirSync(directory)
      .filter((each) => each.startsWith('asset.'))
      .filter((each) => readdirSync(join(directory, each)).includes('index.mjs'));
    expect(bundles).toHaveLength(functions);
  });

  it('in every shape there is', () => {
    expect(Object.keys(SHAPES)).toEqual(['minimal', 'everything on', 'streams of its own', 'three pipelines']);
  });
});
