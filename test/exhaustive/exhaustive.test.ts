import { expect, test } from 'vitest';
import { Explorer } from './explorer.ts';
import { SCENARIOS } from './scenarios.ts';

// `npm run exhaustive` runs more of each. What is idle is part of what expires.
test.each([
  { name: 'on time', writers: 2, faults: 1, statesMin: 30_000 },
  { name: 'late', writers: 2, faults: 0, statesMin: 25_000 },
  { name: 'expired', writers: 2, faults: 0, statesMin: 150_000 },
  { name: 'paused', writers: 1, faults: 0, statesMin: 50_000 },
] as const)(
  'no course of “$name” with $writers writers and $faults faults breaks a promise',
  { timeout: 120_000 },
  async ({ name, writers, faults, statesMin }) => {
    const { counterexample, states, schedules } = await new Explorer(SCENARIOS[name].with({ writers, faults })).run();
    expect(counterexample).toBeUndefined();
    expect(states).toBeGreaterThan(statesMin);
    expect(schedules).toBeGreaterThan(1e12);
  },
);
