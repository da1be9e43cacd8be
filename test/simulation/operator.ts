import type { ControlAction } from '../../shared/log/control-request.ts';
import { requestControl } from '../../shared/control/request-control.ts';
import type { LogStore } from '../../shared/ports/log-store.ts';
import { Random } from './random.ts';
import type { Sandbox } from './sandbox.ts';
import type { World } from './world.ts';

export interface OperatorOptions {
  readonly pipeline: string;
  readonly sandbox: Sandbox;
  readonly logStore: LogStore;
  /** Nobody asks for a pause while days pass: it would be longer than the logs keep what waits. */
  readonly isPatient: boolean;
  readonly isOver: () => boolean;
}

const MINUTE_MS = 60_000;
const AGAIN_AFTER_MS = 3_000;

/** Somebody who asks for pauses, their ends, checkpoints and now and then a drain, over a connection that fails like any other. */
export class Operator {
  readonly #world: World;
  readonly #options: OperatorOptions;
  readonly #random: Random;
  /** Whether a drain was asked for while events came: what came later is late. */
  hasDrained = false;

  constructor(world: World, options: OperatorOptions) {
    this.#world = world;
    this.#options = options;
    this.#random = operatorRandom(world.seed);
  }

  /** Ends with nothing paused. */
  async run(): Promise<void> {
    const random = this.#random;
    const { time } = this.#world;
    const { isOver, isPatient } = this.#options;
    for (;;) {
      await time.sleep(random.pick([2_000, 10_000, 40_000]));
      if (isOver()) return;
      const action = isPatient ? random.pick(['pause', 'pause', 'checkpoint', 'drain'] as const) : 'checkpoint';
      if (action === 'drain' && !random.chance(0.1)) continue;
      await this.ask(action);
      if (action === 'drain') this.hasDrained = true;
      if (action !== 'pause') continue;
      await time.sleep(random.pick([100, 8_000, 30_000, 5 * MINUTE_MS]));
      if (random.chance(0.3)) await this.ask('checkpoint');
      await this.ask('resume');
    }
  }

  /** Until there is an answer. Of an attempt without one, nobody knows whether it was heard: then it is asked for twice. */
  async ask(action: ControlAction): Promise<void> {
    const { pipeline, sandbox, logStore } = this.#options;
    for (;;) {
      try {
        await requestControl(pipeline, action, { logStore, clock: sandbox.clock });
        return;
      } catch {
        await this.#world.time.sleep(AGAIN_AFTER_MS);
      }
    }
  }
}

/** Whether anybody asks for anything in a history: drawn apart from all else, so that the seeds of others mean what they did before. */
export function hasOperator(seed: number): boolean {
  return operatorRandom(~seed).chance(0.35);
}

function operatorRandom(seed: number): Random {
  return new Random(seed ^ 0x0b5e);
}
