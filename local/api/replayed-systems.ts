import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createStream } from '../provisioning/stream.ts';
import { createTable } from '../provisioning/table.ts';
import { LocalSystem, type SystemOptions } from '../system.ts';
import type { LocalReplays } from './local-api.ts';

/** Replays of a pipeline that runs on this machine: each a system of its own, on the emulators of the first. */
export class ReplayedSystems implements LocalReplays {
  readonly #options: SystemOptions & { readonly dynamodb: DynamoDBClient };
  readonly #systems: LocalSystem[] = [];

  /** @param options Of the pipeline that is replayed. */
  constructor(options: SystemOptions & { readonly dynamodb: DynamoDBClient }) {
    this.#options = options;
  }

  async start(name: string, from: Date | undefined) {
    const { kinesis, dynamodb, resources, ...options } = this.#options;
    const own = {
      ...resources,
      tableName: `${resources.tableName}-${name}`,
      outputStream: `${resources.outputStream}-${name}`,
      sideStream: `${resources.sideStream}-${name}`,
    };
    await Promise.all([
      createStream(kinesis, { streamName: own.outputStream, shardCount: 1 }),
      createStream(kinesis, { streamName: own.sideStream, shardCount: 1 }),
      createTable(dynamodb, own.tableName),
    ]);
    const system = await LocalSystem.start({ ...options, kinesis, resources: own, name, ...(from && { startingAt: from }) });
    this.#systems.push(system);
    return { tableName: own.tableName, sideStream: own.sideStream, switch: system.switch };
  }

  async stop(): Promise<void> {
    await Promise.all(this.#systems.map((system) => system.stop()));
  }
}
