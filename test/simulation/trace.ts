import type { VirtualTime } from './virtual-time.ts';

/** What happened in a world, in order: who did what, and how it came out. */
export class Trace {
  readonly #time: VirtualTime;
  readonly #startedAtMs: number;
  readonly #lines: (readonly [atMs: number, actor: string, action: string, outcome: string])[] = [];

  constructor(time: VirtualTime) {
    this.#time = time;
    this.#startedAtMs = time.nowMs;
  }

  get length(): number {
    return this.#lines.length;
  }

  note(actor: string, action: string, outcome = ''): void {
    this.#lines.push([this.#time.nowMs, actor, action, outcome]);
  }

  /** The last lines, or all of them. */
  lines(last = this.#lines.length): string[] {
    return this.#lines.slice(-last).map(([atMs, actor, action, outcome]) => {
      const seconds = ((atMs - this.#startedAtMs) / 1_000).toFixed(3);
      return `${seconds.padStart(11)} s  ${actor.padEnd(11)} ${action}${outcome === '' ? '' : ` → ${outcome}`}`;
    });
  }
}
