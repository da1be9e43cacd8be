import { type Emulator, type EmulatorName, startEmulator } from '../../../local/emulators/emulator.ts';
import type { Engine } from '../../engines/engine.ts';

/** An emulator that a run may kill: it comes back at the same address, with everything that it had answered. */
export class RestartableEmulator implements Engine {
  readonly name: string;
  readonly endpoint: string;
  readonly #dataDirectory: string;
  readonly #emulatorName: EmulatorName;
  #emulator: Emulator;

  private constructor(emulator: Emulator, dataDirectory: string) {
    this.#emulator = emulator;
    this.#emulatorName = emulator.name;
    this.#dataDirectory = dataDirectory;
    this.name = emulator.name;
    this.endpoint = emulator.endpoint;
  }

  static async start(name: EmulatorName, dataDirectory: string): Promise<RestartableEmulator> {
    return new RestartableEmulator(await startEmulator(name, { dataDirectory }), dataDirectory);
  }

  /** Without a word of warning. */
  async killAndRestart(): Promise<void> {
    process.kill(this.#emulator.pid, 'SIGKILL');
    await this.#emulator.stop();
    const port = Number(new URL(this.endpoint).port);
    this.#emulator = await startEmulator(this.#emulatorName, { port, dataDirectory: this.#dataDirectory });
  }

  async stop(): Promise<void> {
    await this.#emulator.stop();
  }
}
