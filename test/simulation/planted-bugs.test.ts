import { expect, test } from 'vitest';
import { FAULT_KINDS } from './faults.ts';
import { PLANTED_BUGS } from './planted-bugs.ts';
import { runSeed } from './run-seed.ts';

const SEEDS_MAX = 300;

test.each(Object.entries(PLANTED_BUGS))(`%s: found within ${SEEDS_MAX} histories`, { timeout: 600_000 }, async (_name, mistake) => {
  let seed = 1;
  while (seed <= SEEDS_MAX && (await runSeed(seed, FAULT_KINDS, mistake)).violation === undefined) seed++;
  expect(seed).toBeLessThanOrEqual(SEEDS_MAX);
  // It is the mistake that was found: without it the same history keeps every promise.
  expect((await runSeed(seed, FAULT_KINDS)).violation).toBeUndefined();
});
