import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createDynamodbClient } from '../local/clients.ts';
import { type Emulator, startEmulator } from '../local/emulators/emulator.ts';
import { createTable } from '../local/provisioning/table.ts';
import { DynamoDBConsumerMemory } from '../shared/adapters/dynamodb/dynamodb-consumer-memory.ts';
import { DynamoDBLogStore } from '../shared/adapters/dynamodb/dynamodb-log-store.ts';
import { OBJECT_FROM_BYTES } from '../shared/cost/stored-entry.ts';
import { type Capacity, CapacityByLog } from './cost/capacity-by-log.ts';
import { CountedObjects } from './cost/counted-objects.ts';
import { NOON_MS } from './measurements.ts';

/** What was charged for, by the table and for objects. */
export type Spent = Capacity & { readonly puts: number; readonly gets: number };

const RETENTION_DAYS = 30;

/** An emulator of DynamoDB that tells what it would charge for. */
export class MeteredTable {
  readonly #emulator: Emulator;
  readonly #client: DynamoDBClient;
  readonly #capacity = new CapacityByLog();
  readonly #objects = new CountedObjects();

  private constructor(emulator: Emulator) {
    this.#emulator = emulator;
    this.#client = createDynamodbClient({ endpoint: emulator.endpoint });
    this.#capacity.watch(this.#client);
  }

  static async start(): Promise<MeteredTable> {
    return new MeteredTable(await startEmulator('dynalite'));
  }

  /** A table of its own, empty. */
  async target(tableName: string): Promise<{ readonly client: DynamoDBClient; readonly tableName: string }> {
    await createTable(this.#client, tableName);
    return { client: this.#client, tableName };
  }

  /** Logs of their own. */
  async logs(name: string, largePayloads: 's3' | 'dynamodb' = 'dynamodb'): Promise<DynamoDBLogStore> {
    const written = { at: `https://payloads.example/${name}`, fromBytes: OBJECT_FROM_BYTES };
    return new DynamoDBLogStore({
      ...(await this.target(name)),
      clock: { nowMs: () => NOON_MS },
      retentionDays: RETENTION_DAYS,
      objects: { store: this.#objects, ...(largePayloads === 's3' ? { written } : {}) },
    });
  }

  /** A memory of a consumer of its own. */
  async consumerMemory(name: string): Promise<DynamoDBConsumerMemory> {
    return new DynamoDBConsumerMemory({ ...(await this.target(name)), consumer: name });
  }

  /** What some work is charged for. */
  async spentBy(work: () => Promise<unknown>): Promise<Spent> {
    const before = this.#total();
    await work();
    const after = this.#total();
    const names = Object.keys(after) as (keyof Spent)[];
    return Object.fromEntries(names.map((name) => [name, after[name] - before[name]])) as unknown as Spent;
  }

  async stop(): Promise<void> {
    this.#client.destroy();
    await this.#emulator.stop();
  }

  #total(): Spent {
    return { ...this.#capacity.total, puts: this.#objects.puts, gets: this.#objects.gets };
  }
}

/** Write units, whatever they were for. */
export function writeUnitsOf({ commits, epochs, marks, snapshots, others }: Capacity): number {
  return commits + epochs + marks + snapshots + others;
}
