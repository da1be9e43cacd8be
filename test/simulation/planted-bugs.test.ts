import { expect, test } from 'vitest';
import { checkOrderly } from './oracle.ts';
import { simulate } from './pipeline-simulation.ts';
import { PLANTED_BUGS } from './planted-bugs.ts';

const SEEDS_MAX = Number(process.env.SIMULATION_SEEDS_PLANTED ?? 200);
const RATES = { beforeApply: 0.03, afterApply: 0.03, staleRead: 0.3 };

test.each(Object.entries(PLANTED_BUGS))(`%s: found within ${SEEDS_MAX} histories`, { timeout: 60_000 }, async (name, mistake) => {
  let seed = 1;
  for (; seed <= SEEDS_MAX; seed++) {
    const history = await simulate(seed, { rates: RATES, ...mistake });
    try {
      checkOrderly(history);
    } catch {
      break;
    }
  }
  if (process.env.SIMULATION_SEEDS_PLANTED !== undefined) console.log(`${name}: seed ${seed}`);
  expect(seed).toBeLessThanOrEqual(SEEDS_MAX);
});
