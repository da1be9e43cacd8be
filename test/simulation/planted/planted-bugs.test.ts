import { expect, test } from 'vitest';
import { FAULT_KINDS } from '../faults.ts';
import type { Mistake } from '../mistake.ts';
import { runSeed } from '../run-seed.ts';
import { FOUND_BY } from './found-by.ts';
import { PLANTED_BUGS } from './planted-bugs.ts';

type Planted = [name: string, mistake: Mistake];

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

const [rare, known] = [false, true].map((isKnown) =>
  Object.entries(PLANTED_BUGS).filter(([name]) => Object.hasOwn(FOUND_BY, name) === isKnown),
) as [Planted[], Planted[]];

test.skip.each(rare)('%s: too rare to be looked for here', () => {});

test.each(known)(`%s: found within ${SEEDS_MAX} histories`, { timeout: 1_200_000 }, async (name, mistake) => {
  const seed = await findingSeed(name, mistake);
  expect(seed).toBeLessThanOrEqual(SEEDS_MAX);
  // It is the mistake that was found: without it the same history keeps every promise.
  expect((await runSeed(seed, FAULT_KINDS)).violation).toBeUndefined();
});
