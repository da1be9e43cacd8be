import { expect, test } from 'vitest';
import { Explorer } from './explorer.ts';
import { PLANTED_MISTAKES } from './planted-mistakes.ts';
import { SCENARIOS } from './scenarios.ts';

test.each(Object.entries(PLANTED_MISTAKES))('%s: found', { timeout: 120_000 }, async (name, { scenario, scope = {}, mistake }) => {
  const started = performance.now();
  const { counterexample, states } = await new Explorer(SCENARIOS[scenario].with(scope), mistake).run();
  if (process.env.EXHAUSTIVE_SHOW !== undefined) {
    console.log(
      [
        `${name}: ${counterexample?.violation.message} (${states} states, ${Math.round(performance.now() - started)} ms)`,
        ...(counterexample?.steps ?? []),
      ].join('\n  '),
    );
  }
  expect(counterexample).toBeDefined();
});
