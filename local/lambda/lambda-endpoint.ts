import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import type { InvocationOutcome } from './invocation.ts';
import type { LocalFunction } from './local-function.ts';

export interface LambdaEndpointOptions {
  /** Told what became of an invocation that nobody waits for. */
  readonly onOutcome: (functionName: string, outcome: InvocationOutcome) => void;
}

const PATH = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/;

/**
 * The part of the Lambda API that functions use to call each other: asynchronous `Invoke`, answered before the function runs. A failed invocation is
 * not tried again, as the construct sets it for fire.
 */
export class LambdaEndpoint {
  readonly endpoint: string;
  readonly #server: Server;
  readonly #functions = new Map<string, LocalFunction>();
  readonly #options: LambdaEndpointOptions;

  private constructor(server: Server, options: LambdaEndpointOptions) {
    this.#server = server;
    this.#options = options;
    this.endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('request', (request, response) => void this.#serve(request, response));
  }

  static async start(options: LambdaEndpointOptions): Promise<LambdaEndpoint> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new LambdaEndpoint(server, options);
  }

  serve(target: LocalFunction): void {
    this.#functions.set(target.functionName, target);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const name = decodeURIComponent(PATH.exec(request.url ?? '')?.[1] ?? '');
    const target = this.#functions.get(name);
    if (request.headers['x-amz-invocation-type'] !== 'Event') {
      refuse(response, 400, 'InvalidParameterValueException', 'this endpoint takes the invocation type Event only');
    } else if (target === undefined) {
      refuse(
        response,
        404,
        'ResourceNotFoundException',
        `Function not found: ${name}; there are ${[...this.#functions.keys()].join(', ')}`,
      );
    } else {
      const event: unknown = await json(request);
      response.writeHead(202).end();
      void this.#invoke(target, event);
    }
  }

  async #invoke(target: LocalFunction, event: unknown): Promise<void> {
    try {
      this.#options.onOutcome(target.functionName, await target.invoke(event));
    } catch {
      // It has been stopped, and with it everything that might have wanted to know.
    }
  }
}

function refuse(response: ServerResponse, status: number, type: string, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json', 'x-amzn-errortype': type }).end(JSON.stringify({ message }));
}
