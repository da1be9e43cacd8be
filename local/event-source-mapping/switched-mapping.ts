import type { PipelineSwitch } from '../../shared/ports/pipeline-switch.ts';
import { EventSourceMapping, type MappingOptions } from './event-source-mapping.ts';

/** An event source mapping that can be disabled, and goes on where it was when it is enabled again. */
export class SwitchedMapping implements PipelineSwitch {
  readonly #options: MappingOptions;
  #mapping: EventSourceMapping;
  #isOn = true;
  /** One switch after the other. */
  #turning: Promise<void> = Promise.resolve();

  private constructor(options: MappingOptions, mapping: EventSourceMapping) {
    this.#options = options;
    this.#mapping = mapping;
  }

  static async start(options: MappingOptions): Promise<SwitchedMapping> {
    return new SwitchedMapping(options, await EventSourceMapping.start(options));
  }

  async isOn(): Promise<boolean> {
    await this.#turning;
    return this.#isOn;
  }

  turn(isOn: boolean): Promise<void> {
    const turned = this.#turning.then(() => this.#turn(isOn));
    this.#turning = turned.catch(() => {});
    return turned;
  }

  /** As {@link EventSourceMapping.caughtUp}. While it is disabled it catches up with nothing. */
  caughtUp(): Promise<void> {
    return this.#mapping.caughtUp();
  }

  async stop(): Promise<void> {
    await this.#turning;
    await this.#mapping.stop();
  }

  async #turn(isOn: boolean): Promise<void> {
    if (isOn === this.#isOn) return;
    if (isOn) this.#mapping = await EventSourceMapping.start({ ...this.#options, resumeFrom: this.#mapping.checkpoints() });
    else await this.#mapping.stop();
    this.#isOn = isOn;
  }
}
