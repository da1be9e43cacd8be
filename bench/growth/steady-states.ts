import { snapshotLog } from '../../shared/log/keys.ts';
import type { Pipeline } from '../../shared/pipeline/pipeline.ts';
import type { Measurement } from '../measurements.ts';
import { MeteredStore } from '../metered-store.ts';
import { SteppedSystem, type Steps } from '../stepped-system.ts';

/** A pipeline, and how many steps it takes until its windows are as full as they get. */
export interface Filling {
  readonly definition: Pipeline<Measurement>;
  readonly fullAfter: number;
}

/** What it does then. */
export interface SteadyState {
  /** Of a step, ingest and fire. */
  readonly cpuUs: number;
  /** Of a step, commits and epochs. */
  readonly writeUnits: number;
  /** Of the newest snapshot; 0 where none was due. */
  readonly snapshotBytes: number;
  /** Bytes of snapshots for a byte of commits, since the beginning. */
  readonly snapshotShare: number;
  /** What a fire function that starts reads before it can go on, on average. */
  readonly coldBytes: number;
}

const MEASURED_STEPS = 120;
const STARTS = 6;
const STEPS_BETWEEN_STARTS = 10;

/** Several pipelines on the same events, in turns: what else the machine does meets all of them. */
export async function steadyStates(fillings: readonly Filling[], steps: Steps): Promise<SteadyState[]> {
  const running = fillings.map(({ definition, fullAfter }) => {
    const store = new MeteredStore();
    return { definition, fullAfter, store, system: new SteppedSystem(definition, store, steps), cpuUs: 0 };
  });
  for (const { system, fullAfter } of running) for (let step = 0; step < fullAfter + MEASURED_STEPS; step++) await system.step();
  const before = running.map(({ store }) => store.writeUnits);
  for (let step = 0; step < MEASURED_STEPS; step++) {
    for (const each of running) {
      const { ingestUs, fireUs } = await each.system.step();
      each.cpuUs += ingestUs + fireUs;
    }
  }
  const after = running.map(({ store }) => store.writeUnits);
  const states: SteadyState[] = [];
  for (const [index, { definition, store, system, cpuUs }] of running.entries()) {
    const coldBytes = await coldBytesOf(system, store);
    const newest = await store.last(snapshotLog(definition.name));
    states.push({
      cpuUs: cpuUs / MEASURED_STEPS,
      writeUnits: ((after[index] as number) - (before[index] as number)) / MEASURED_STEPS,
      snapshotBytes: newest?.payload.length ?? 0,
      snapshotShare: store.snapshotShare,
      coldBytes,
    });
  }
  return states;
}

/** At different times since the last snapshot. */
async function coldBytesOf(system: SteppedSystem, store: MeteredStore): Promise<number> {
  let bytes = 0;
  for (let start = 0; start < STARTS; start++) {
    for (let step = 0; step < STEPS_BETWEEN_STARTS; step++) await system.step();
    const before = store.readBytes;
    for (const fire of system.startFires()) await fire.fire();
    bytes += store.readBytes - before;
  }
  return bytes / STARTS;
}
