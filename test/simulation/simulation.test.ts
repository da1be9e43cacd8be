import { expect, test } from 'vitest';
import { FAULT_KINDS, type FaultKind } from './faults.ts';
import { runSeed } from './run-seed.ts';

const SEEDS = Number(process.env.SIMULATION_SEEDS ?? 40);

async function run(from: number, seeds: number, faults: readonly FaultKind[]): Promise<{ panes: number; seen: Set<FaultKind> }> {
  const seen = new Set<FaultKind>();
  let panes = 0;
  for (let seed = from; seed < from + seeds; seed++) {
    const { violation, panes: fired, faults: counts } = await runSeed(seed, faults);
    if (violation !== undefined) throw new Error(`seed ${seed}; again: npm run simulate -- --seed ${seed} --trace`, { cause: violation });
    panes += fired;
    for (const kind of counts.keys()) seen.add(kind);
  }
  return { panes, seen };
}

const timeout = 60_000 + SEEDS * 3_000;

test(`${SEEDS} histories with all that may go wrong keep every promise`, { timeout }, async () => {
  const { panes, seen } = await run(1, SEEDS, FAULT_KINDS);
  expect(panes).toBeGreaterThan(20 * SEEDS);
  // The histories are what they should be: everything that can happen has happened.
  expect([...seen].toSorted()).toEqual(FAULT_KINDS.filter((kind) => !SILENT.has(kind)).toSorted());
});

/** Faults that are a property of the world and not an event in it. */
const SILENT: ReadonlySet<FaultKind> = new Set(['clock-skew']);

test('histories without any fault keep every promise', { timeout }, async () => {
  const { panes, seen } = await run(1, 5, []);
  expect(panes).toBeGreaterThan(50);
  expect([...seen]).toEqual([]);
});

test('the same seed is the same history, to the last step', { timeout }, async () => {
  const [first, second] = [await runSeed(11, FAULT_KINDS), await runSeed(11, FAULT_KINDS)];
  expect(second.events).toBe(first.events);
  expect(second.trace()).toEqual(first.trace());
});

test('another seed is another history', { timeout }, async () => {
  const [first, second] = [await runSeed(11, FAULT_KINDS), await runSeed(12, FAULT_KINDS)];
  expect(second.trace()).not.toEqual(first.trace());
});
