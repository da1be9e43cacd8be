import { expect, test } from 'vitest';
import { FAULT_KINDS } from '../faults.ts';
import type { Mistake } from '../mistake.ts';
import { runSeed } from '../run-seed.ts';
import { FOUND_BY } from './found-by.ts';
import { PLANTED_BUGS } from './planted-bugs.ts';

const SEEDS_MAX = 10_000;

const isFound = async (seed: number, mistake: Mistake) => (await runSeed(seed, FAULT_KINDS, mistake)).violation !== undefined;

/** The seed that found it last, or the first that does. */
async function findingSeed(name: string, mistake: Mistake): Promise<number> {
  const known = FOUND_BY[name];
  if (known !== undefined && (await isFound(known, mistake))) return known;
  let seed = 1;
  while (seed <= SEEDS_MAX && !(await isFound(seed, mistake))) seed++;
  return seed;
}

test.each(Object.entries(PLANTED_BUGS))(`%s: found within ${SEEDS_MAX} histories`, { timeout: 1_200_000 }, async (name, mistake) => {
  const seed = await findingSeed(name, mistake);
  expect(seed).toBeLessThanOrEqual(SEEDS_MAX);
  // It is the mistake that was found: without it the same history keeps every promise.
  expect((await runSeed(seed, FAULT_KINDS)).violation).toBeUndefined();
});

test('every mistake has a seed to begin with', () => {
  expect(Object.keys(FOUND_BY).toSorted()).toEqual(Object.keys(PLANTED_BUGS).toSorted());
});
