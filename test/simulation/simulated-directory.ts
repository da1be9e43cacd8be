import type { Enrichment } from '../../shared/pipeline/lookup-join.ts';
import type { Sandbox } from './sandbox.ts';
import { ServiceCalls } from './service-calls.ts';
import type { World } from './world.ts';

/** Each has a number of its own, also to the same question, so that an event can say which one it was joined with. The first is 0. */
export type Answer = number;

/** An answer as a function heard it. */
export interface HeardAnswer {
  readonly sandbox: Sandbox;
  readonly key: string;
  readonly atMs: number;
}

const SLOW_MS_MAX = 8_000;

/** What events are enriched with: a directory that never says the same twice, knows something of a key at times, and at times answers late or not at all. */
export class SimulatedDirectory {
  readonly #world: World;
  readonly #calls: ServiceCalls;
  /** By answer; only those that came in time. */
  readonly #heard: (HeardAnswer | undefined)[] = [];
  /** When a function was last told that there is nothing for a key. */
  readonly #nothing = new Map<Sandbox, Map<string, number>>();
  /** When a lookup of a function last failed, or took too long. */
  readonly #failed = new Map<Sandbox, number>();

  constructor(world: World) {
    this.#world = world;
    this.#calls = new ServiceCalls('directory', world);
  }

  /** The directory as one function reaches it. */
  client(sandbox: Sandbox, timeoutMs: number): Enrichment<never>['lookup'] {
    const { time } = this.#world;
    return async (keys, signal) => {
      const untilMs = time.nowMs + timeoutMs;
      const fail = () => void this.#failed.set(sandbox, time.nowMs);
      signal.addEventListener('abort', fail);
      try {
        const answers = await this.#ask(sandbox, keys);
        if (!signal.aborted) {
          if (time.nowMs > untilMs) this.#world.accuse(`${sandbox.name} waits for a lookup ${time.nowMs - untilMs} ms too long`);
          this.#hear(sandbox, keys, answers);
        }
        return answers;
      } catch (error) {
        if (!signal.aborted) fail();
        throw error;
      }
    };
  }

  /** Who has heard an answer in time, and when; absent where nobody has. */
  heard(answer: Answer): HeardAnswer | undefined {
    return this.#heard[answer];
  }

  /** When a function was last told that there is nothing for a key; absent where it never was. */
  heardNothingAtMs(sandbox: Sandbox, key: string): number | undefined {
    return this.#nothing.get(sandbox)?.get(key);
  }

  /** When a lookup of a function last failed, or took too long. */
  failedAtMs(sandbox: Sandbox): number {
    return this.#failed.get(sandbox) ?? -Infinity;
  }

  async #ask(sandbox: Sandbox, keys: readonly string[]): Promise<ReadonlyMap<string, Answer>> {
    const { faults, random } = this.#world;
    if (faults.strikes('lookup-slow', 0.06)) await sandbox.sleep(random.below(SLOW_MS_MAX));
    if (faults.strikes('lookup-fails', 0.1)) {
      await sandbox.sleep(random.below(100));
      throw new Error(`the directory does not answer of ${keys.join(' ')}`);
    }
    return this.#calls.call(sandbox, `look up ${keys.join(' ')}`, () => this.#answer(keys), show);
  }

  #answer(keys: readonly string[]): ReadonlyMap<string, Answer> {
    const known = keys.filter(() => this.#world.random.chance(0.8));
    return new Map(known.map((key) => [key, this.#heard.push(undefined) - 1]));
  }

  #hear(sandbox: Sandbox, keys: readonly string[], answers: ReadonlyMap<string, Answer>): void {
    const { nowMs: atMs } = this.#world.time;
    const nothing = this.#nothing.get(sandbox) ?? new Map<string, number>();
    this.#nothing.set(sandbox, nothing);
    for (const key of keys) {
      const answer = answers.get(key);
      if (answer === undefined) nothing.set(key, atMs);
      else this.#heard[answer] = { sandbox, key, atMs };
    }
  }
}

function show(answers: ReadonlyMap<string, Answer>): string {
  return [...answers].map(([key, answer]) => `${key}: ${answer}`).join(', ') || 'nothing';
}
