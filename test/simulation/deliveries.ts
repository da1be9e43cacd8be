import type { KinesisStreamEvent } from 'aws-lambda';
import { mappingConfiguration } from '../../local/event-source-mapping/configuration.ts';
import type { SimulatedFunction } from './simulated-function.ts';
import { SimulatedMapping } from './simulated-mapping.ts';
import type { SimulatedShard, SimulatedStream } from './simulated-stream.ts';
import type { World } from './world.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

interface DeliveriesOptions {
  readonly name: string;
  readonly stream: SimulatedStream;
  readonly to: SimulatedFunction<KinesisStreamEvent>;
  readonly batchSizes: readonly number[];
  readonly reportsFailures: boolean;
  readonly parallelizationFactor?: number | undefined;
  /** Whether children may come before their parents have ended. */
  readonly isLoose: boolean;
  readonly onAcknowledged: (shard: SimulatedShard, records: number) => void;
  readonly isInLongSilence: () => boolean;
  readonly isOver: () => boolean;
}

/** The event source mappings between a stream and a function, one after the other and at times two: each begins at the trim horizon. */
export class Deliveries {
  readonly #world: World;
  readonly #options: DeliveriesOptions;
  #main: SimulatedMapping | undefined;

  constructor(world: World, options: DeliveriesOptions) {
    this.#world = world;
    this.#options = options;
  }

  async run(): Promise<void> {
    const { time, faults, random } = this.#world;
    const { name, isInLongSilence, isOver } = this.#options;
    this.#main = this.#map(name);
    while (!isOver()) {
      await time.sleep(isInLongSilence() ? 3 * HOUR_MS : 5_000 + random.below(60_000));
      if (faults.strikes('new-mapping', 0.15)) {
        this.#main.stop();
        this.#main = this.#map(`new ${name}`);
      }
      if (faults.strikes('second-mapping', 0.15)) {
        const second = this.#map(`second ${name}`);
        time.after(random.below(2 * MINUTE_MS), () => second.stop());
      }
    }
  }

  #map(name: string): SimulatedMapping {
    const { random, faults, trace } = this.#world;
    const { stream, to, batchSizes, reportsFailures, parallelizationFactor = 1, isLoose, onAcknowledged } = this.#options;
    const configuration = mappingConfiguration({
      batchSize: random.pick(batchSizes),
      batchWindowMs: random.pick([0, 0, 1_000]),
      bisectBatchOnFunctionError: random.chance(0.5),
      functionResponseTypes: reportsFailures ? ['ReportBatchItemFailures'] : [],
    });
    trace.note(name, `batches of ${configuration.batchSize}`);
    return new SimulatedMapping(this.#world, stream, {
      name,
      configuration: { ...configuration, parallelizationFactor },
      invoke: async (event) => to.invoke(event),
      keepsLineage: !(isLoose && faults.strikes('early-children', 0.5)),
      onAcknowledged,
    });
  }
}
