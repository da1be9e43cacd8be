import { expect, test } from 'vitest';
import { checkLate, checkOrderly } from './oracle.ts';
import { type History, simulate, type World } from './pipeline-simulation.ts';

const SEEDS = Number(process.env.SIMULATION_SEEDS ?? 100);
const FIRST_SEED = Number(process.env.SIMULATION_FIRST_SEED ?? 1);
const RATES = { beforeApply: 0.06, afterApply: 0.06, staleRead: 0.2 };

async function run(seeds: number, world: World, check: (history: History) => void) {
  const totals = { faults: 0, shards: 0, lateEvents: 0 };
  for (let seed = FIRST_SEED; seed < FIRST_SEED + seeds; seed++) {
    const history = await simulate(seed, world);
    try {
      check(history);
    } catch (error) {
      throw new Error(`seed ${seed}: run again with SIMULATION_FIRST_SEED=${seed} SIMULATION_SEEDS=1`, { cause: error });
    }
    totals.faults += history.faults;
    totals.shards += history.shards;
    totals.lateEvents += Object.values(history.report.lateByWindow).reduce((sum, count) => sum + count, 0);
  }
  return totals;
}

const timeout = 60_000 + SEEDS * 500;

test(`${SEEDS} histories of crashes, twins, lost answers, silent, lagging, split and merged shards equal the reference, and all closes without a drain`, {
  timeout,
}, async () => {
  const { faults, shards } = await run(SEEDS, { rates: RATES }, checkOrderly);
  expect(faults).toBeGreaterThan(SEEDS);
  expect(shards).toBeGreaterThan(2 * SEEDS);
});

const SEEDS_LATE = Math.ceil(SEEDS / 3);

test(`${SEEDS_LATE} histories with old data: what is late is counted, what is not is in the panes`, { timeout }, async () => {
  const { lateEvents } = await run(SEEDS_LATE, { rates: RATES, oldData: 0.1 }, checkLate);
  expect(lateEvents).toBeGreaterThan(SEEDS_LATE);
});
