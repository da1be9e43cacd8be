import { join } from 'node:path';
import { type ApiServer } from '../../functions/api/api-server.ts';
import { serveLocalApi } from '../../local/api/local-api.ts';
import { type LocalAws, startLocalAws } from '../../local/emulators/local-aws.ts';
import { produce } from '../../local/producer.ts';
import { createStream } from '../../local/provisioning/stream.ts';
import { createTable } from '../../local/provisioning/table.ts';
import { LocalSystem } from '../../local/system.ts';
import shop, { type Purchase } from './examples/shop.ts';

const resources = { tableName: 'state', inputStream: 'in', outputStream: 'out', sideStream: 'side' };

/** The shop on the local stack, with the page that shows it. */
export class ShopStack {
  readonly #aws: LocalAws;
  readonly system: LocalSystem;
  readonly #onError: (error: unknown) => void;
  #server: ApiServer;

  private constructor(aws: LocalAws, system: LocalSystem, server: ApiServer, onError: (error: unknown) => void) {
    this.#aws = aws;
    this.system = system;
    this.#server = server;
    this.#onError = onError;
  }

  static async start(onError: (error: unknown) => void): Promise<ShopStack> {
    const aws = await startLocalAws();
    await Promise.all([
      ...(['inputStream', 'outputStream', 'sideStream'] as const).map((which) =>
        createStream(aws.kinesis, { streamName: resources[which], shardCount: which === 'inputStream' ? 2 : 1 }),
      ),
      createTable(aws.dynamodb, resources.tableName),
    ]);
    const system = await LocalSystem.start({
      ...aws,
      resources,
      pipelineEntry: join(import.meta.dirname, 'examples', 'shop.ts'),
      environment: aws.environment,
      fireEveryMs: 500,
      onTrouble: onError,
    });
    return new ShopStack(aws, system, await serve(aws, system, onError), onError);
  }

  get address(): string {
    return this.#server.address;
  }

  async send(purchases: Iterable<Purchase | string>, eventsPerSecond = 2_000): Promise<void> {
    const records = [...purchases].map((each) =>
      typeof each === 'string' ? { partitionKey: each, data: each } : { partitionKey: each.user, data: JSON.stringify(each) },
    );
    await produce({ kinesis: this.#aws.kinesis, streamName: resources.inputStream, eventsPerSecond }, records);
  }

  /** Takes the API away for as long as something goes on. */
  async without(something: () => Promise<void>): Promise<void> {
    const port = Number(new URL(this.address).port);
    await this.#server.stop();
    await something();
    this.#server = await serve(this.#aws, this.system, this.#onError, port);
  }

  async stop(): Promise<void> {
    await this.#server.stop();
    await this.system.stop();
    await this.#aws.stop();
  }
}

function serve(aws: LocalAws, system: LocalSystem, onError: (error: unknown) => void, port = 0): Promise<ApiServer> {
  return serveLocalApi({ definition: shop, ...aws, ...resources, switch: system.switch }, { onError, port });
}
