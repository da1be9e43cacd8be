import type { World } from './world.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

interface ScheduleOptions {
  /** Called on every tick, whatever became of the one before. */
  readonly tick: () => void;
  readonly isInLongSilence: () => boolean;
  /** Whether nobody sends any more: then it is only waited. */
  readonly isWaiting: () => boolean;
  readonly isOver: () => boolean;
}

/** EventBridge, which keeps time badly now and then. */
export class Schedule {
  readonly #world: World;
  readonly #options: ScheduleOptions;

  constructor(world: World, options: ScheduleOptions) {
    this.#world = world;
    this.#options = options;
  }

  async run(): Promise<void> {
    const { time, faults, random } = this.#world;
    const { tick, isInLongSilence, isWaiting, isOver } = this.#options;
    const everyMs = random.pick([2_000, 5_000, 20_000, MINUTE_MS]);
    while (!isOver()) {
      await time.sleep(isInLongSilence() ? HOUR_MS : isWaiting() ? MINUTE_MS : everyMs);
      if (faults.strikes('schedule', 0.02)) await time.sleep(random.pick([59_000, 10 * MINUTE_MS]));
      if (faults.strikes('schedule', 0.05)) tick();
      tick();
    }
  }
}
