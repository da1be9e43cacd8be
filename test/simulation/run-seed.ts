import type { FaultKind } from './faults.ts';
import type { Mistake } from './mistake.ts';
import { Simulation } from './simulation.ts';
import { type Violation, World } from './world.ts';

export interface SeedResult {
  readonly seed: number;
  /** The first promise that was broken. */
  readonly violation: Violation | undefined;
  /** Steps of the simulation. */
  readonly events: number;
  readonly panes: number;
  readonly faults: ReadonlyMap<FaultKind, number>;
  /** Faults that could happen. */
  readonly present: readonly FaultKind[];
  /** What happened, line by line. */
  readonly trace: (last?: number) => string[];
}

/** Runs the history of one seed. The same seed with the same faults allowed is the same history, to the last step. */
export async function runSeed(seed: number, faults: readonly FaultKind[], mistake: Mistake = {}): Promise<SeedResult> {
  const world = new World(seed, faults);
  const simulation = new Simulation(world, mistake);
  const { warn } = console;
  console.warn = (said: string) => world.trace.note('log', said);
  const events = await simulation.run().finally(() => {
    console.warn = warn;
  });
  return {
    seed,
    violation: world.violation,
    events,
    panes: simulation.panes,
    faults: world.faults.counts,
    present: world.faults.present,
    trace: (last) => world.trace.lines(last),
  };
}
