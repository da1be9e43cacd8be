import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createDynamodbClient } from '../../local/clients.ts';
import { createTable } from '../../local/provisioning/table.ts';
import type { Engine } from './engine.ts';

/** A table of logs on a DynamoDB engine. */
export class LogTable {
  readonly tableName = 'logs';
  readonly #engine: Engine;
  readonly #clients: DynamoDBClient[] = [];

  private constructor(engine: Engine) {
    this.#engine = engine;
  }

  static async on(engine: Engine): Promise<LogTable> {
    const table = new LogTable(engine);
    await createTable(table.client(), table.tableName);
    return table;
  }

  get endpoint(): string {
    return this.#engine.endpoint;
  }

  /** A client of its own, whose requests a test may meddle with. */
  client(): DynamoDBClient {
    const client = createDynamodbClient({ endpoint: this.#engine.endpoint });
    this.#clients.push(client);
    return client;
  }

  async stop(): Promise<void> {
    for (const client of this.#clients) client.destroy();
    await this.#engine.stop();
  }
}
