import { join } from 'node:path';
import type { Pane } from 'mullion';
import { pipelineFromFile } from '../../functions/configuration-file.ts';
import { describe, expect, test } from 'vitest';
import { llmOperations, type Operation, PROFILES } from '../../examples/llm-operations.ts';
import { operations } from '../../local/examples/llm-operations.ts';
import { play } from '../../local/examples/play.ts';
import type { Pipeline } from '../../shared/pipeline/pipeline.ts';

const CONFIGURATION = join(import.meta.dirname, '..', '..', 'examples', 'llm-operations.yaml');

// Around the minutes in which one model fails: everything happens in them.
const BEGIN_MS = Date.UTC(2026, 10, 27, 8, 28);
const EVENTS = operations().filter(({ event }) => event.at >= BEGIN_MS && event.at < BEGIN_MS + 10 * 60_000);

async function panesOf(pipeline: Pipeline<Operation>): Promise<string[]> {
  const panes: string[] = [];
  await play(pipeline, EVENTS, (pane: Pane) => panes.push(JSON.stringify(pane)));
  return panes;
}

describe.each(Object.keys(PROFILES) as (keyof typeof PROFILES)[])('examples/llm-operations.yaml, profile %s', (profile) => {
  const configured = pipelineFromFile(CONFIGURATION, { profile });
  const coded = llmOperations(PROFILES[profile]);

  test('is the pipeline of examples/llm-operations.ts', () => {
    expect(configured.fingerprint).toBe(coded.fingerprint);
  });

  test('fires the same panes, byte for byte', async () => {
    const panes = await panesOf(configured);
    expect(panes).toEqual(await panesOf(coded));
    const kinds = panes.map((pane) => JSON.parse(pane) as Pane).map(({ window, pane: { timing } }) => `${window} ${timing}`);
    expect(new Set(kinds)).toEqual(new Set(['performance ON_TIME', 'feedback ON_TIME', 'anomalies EARLY']));
  });
});

test('without a profile it is the one for production', () => {
  expect(pipelineFromFile(CONFIGURATION).fingerprint).toBe(llmOperations().fingerprint);
});
