import { FAULT_KINDS, type FaultKind } from './faults.ts';
import type { SeedReport } from './seed-worker.ts';

/** What a number of histories came to. */
export class Total {
  histories = 0;
  failures = 0;
  #events = 0;
  #panes = 0;
  readonly #faults = new Map<FaultKind, number>();

  add({ events, panes, faults, failure }: SeedReport): void {
    this.histories++;
    this.#events += events;
    this.#panes += panes;
    for (const [kind, count] of faults) this.#faults.set(kind, (this.#faults.get(kind) ?? 0) + count);
    if (failure !== undefined) this.failures++;
  }

  lines(startedAtMs: number): string[] {
    const faults = FAULT_KINDS.filter((kind) => this.#faults.has(kind)).map((kind) => `${kind} ${this.#faults.get(kind)}`);
    return [
      `${this.histories} histories, ${this.failures} of them broke a promise; ${this.#events} steps, ${this.#panes} panes, ${seconds(startedAtMs)} s`,
      ...(faults.length === 0 ? [] : [`faults: ${faults.join(', ')}`]),
    ];
  }
}

export function seconds(sinceMs: number): string {
  return ((performance.now() - sinceMs) / 1_000).toFixed(1);
}
