import { addByWindow } from '../log/counts.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { addWork } from './firing-work.ts';
import { Fire, type FireOptions, type FirePorts } from './fire.ts';
import type { FireReport } from './fire-report.ts';

/** Fires all lanes of a pipeline, one after the other: where one process does what the functions of the lanes do in Lambda. */
export class FireLanes {
  readonly #lanes: readonly Fire[];

  constructor(pipeline: Pipeline<never>, ports: FirePorts, options: Omit<FireOptions, 'lane'> = {}) {
    this.#lanes = Array.from({ length: pipeline.lanes }, (_each, lane) => new Fire(pipeline, ports, { ...options, lane }));
  }

  /** As {@link Fire.fire}. */
  fire(): Promise<FireReport> {
    return this.#each((lane) => lane.fire());
  }

  /** As {@link Fire.drain}. */
  drain(): Promise<FireReport> {
    return this.#each((lane) => lane.drain());
  }

  async #each(run: (lane: Fire) => Promise<FireReport>): Promise<FireReport> {
    const reports: FireReport[] = [];
    for (const lane of this.#lanes) reports.push(await run(lane));
    return reports.reduce(together);
  }
}

/** What the first lane says of the shards, and of all lanes together what each says of its keys. */
export function together(a: FireReport, b: FireReport): FireReport {
  return {
    ...a,
    openWindows: a.openWindows + b.openWindows,
    lateByWindow: addByWindow(a.lateByWindow, b.lateByWindow),
    panesFired: a.panesFired + b.panesFired,
    published: a.published + b.published,
    ...(a.oversized === undefined && b.oversized === undefined ? {} : { oversized: (a.oversized ?? 0) + (b.oversized ?? 0) }),
    stateBytes: a.stateBytes + b.stateBytes,
    snapshotAgeMs: Math.max(a.snapshotAgeMs, b.snapshotAgeMs),
    work: addWork(a.work, b.work),
  };
}
