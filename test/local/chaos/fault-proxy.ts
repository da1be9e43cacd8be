import { createServer, type IncomingHttpHeaders, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { pause } from '../../../shared/adapters/pause.ts';
import type { Random } from '../../simulation/random.ts';
import { drawFault, type Fault, type FaultRates } from './fault-plan.ts';

export interface FaultProxyOptions {
  readonly target: string;
  readonly random: Random;
  readonly rates: FaultRates;
  /** By how much delays are shortened. */
  readonly haste: number;
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

interface PutRecordsRequest {
  Records: unknown[];
}

interface PutRecordsAnswer {
  FailedRecordCount?: number;
  Records: object[];
}

const JSON_HEADERS = { 'content-type': 'application/x-amz-json-1.1' };
const REFUSED = { ErrorCode: 'ProvisionedThroughputExceededException', ErrorMessage: 'Rate exceeded for shard' };

/**
 * Stands between functions and an emulator, and does to their calls what networks and services do: late answers, connections that break
 * before or after a call took effect, 503, throttles, and `PutRecords` of which only a part is taken.
 */
export class FaultProxy {
  readonly endpoint: string;
  /** How many calls each fault has met. */
  readonly tally: Record<Fault['kind'] | 'delayed', number> = {
    none: 0,
    delayed: 0,
    resetBefore: 0,
    resetAfter: 0,
    unavailable: 0,
    throttled: 0,
    partlyRefused: 0,
  };
  readonly #options: FaultProxyOptions;
  readonly #server: ReturnType<typeof createServer>;

  private constructor(server: ReturnType<typeof createServer>, options: FaultProxyOptions) {
    this.#server = server;
    this.#options = options;
    this.endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  static async start(options: FaultProxyOptions): Promise<FaultProxy> {
    const server = createServer((incoming, outgoing) => {
      // An emulator that is down is one more broken connection.
      void proxy.#serve(incoming, outgoing).catch(() => outgoing.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const proxy = new FaultProxy(server, options);
    return proxy;
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async #serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { random, rates, haste } = this.#options;
    const asked = await buffer(incoming);
    const operation = String(incoming.headers['x-amz-target']).split('.')[1] ?? '';
    const fault = drawFault(random, rates, { operation, haste });
    this.tally[fault.kind]++;
    if (fault.delayMs > 0) this.tally.delayed++;
    // On either side of taking effect: a late answer is not a late call.
    const late = random.chance(0.5) ? 'call' : 'answer';
    if (late === 'call') await pause(fault.delayMs);
    const answer = await this.#answer(fault, operation, incoming, asked);
    if (late === 'answer') await pause(fault.delayMs);
    if (answer === 'reset') outgoing.destroy();
    else outgoing.writeHead(answer.status, answer.headers).end(answer.body);
  }

  async #answer({ kind }: Fault, operation: string, incoming: IncomingMessage, asked: Buffer): Promise<Answer | 'reset'> {
    switch (kind) {
      case 'resetBefore':
        return 'reset';
      case 'unavailable':
        return failure(503, 'ServiceUnavailableException');
      case 'throttled':
        return failure(400, operation === 'ListShards' ? 'LimitExceededException' : 'ProvisionedThroughputExceededException');
      case 'resetAfter':
        await this.#forward(incoming, asked);
        return 'reset';
      case 'partlyRefused':
        return this.#putSome(incoming, asked);
      case 'none':
        return this.#forward(incoming, asked);
      default:
        throw new Error(`there is no fault '${String(kind satisfies never)}'`);
    }
  }

  /** Puts some of the records, and says that the others were refused, each in its place. */
  async #putSome(incoming: IncomingMessage, asked: Buffer): Promise<Answer> {
    const put = JSON.parse(asked.toString('utf8')) as PutRecordsRequest;
    const taken = put.Records.map(() => this.#options.random.chance(0.5));
    if (!taken.includes(true)) {
      return success({ FailedRecordCount: taken.length, Records: taken.map(() => REFUSED) } satisfies PutRecordsAnswer);
    }
    const some = { ...put, Records: put.Records.filter((_, index) => taken[index]) };
    const answer = await this.#forward(incoming, Buffer.from(JSON.stringify(some)));
    if (answer.status !== 200) return answer;
    const { Records: results } = JSON.parse(answer.body.toString('utf8')) as PutRecordsAnswer;
    return success({
      FailedRecordCount: taken.filter((each) => !each).length,
      Records: taken.map((each) => (each ? (results.shift() as object) : REFUSED)),
    } satisfies PutRecordsAnswer);
  }

  async #forward(incoming: IncomingMessage, asked: Buffer): Promise<Answer> {
    const headers = { ...incoming.headers, 'content-length': String(asked.length) };
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      request(this.#options.target, { method: incoming.method, headers, path: incoming.url }, resolve).on('error', reject).end(asked);
    });
    return { status: answer.statusCode ?? 500, headers: answer.headers, body: await buffer(answer) };
  }
}

function failure(status: number, type: string): Answer {
  return { status, headers: JSON_HEADERS, body: Buffer.from(JSON.stringify({ __type: type, message: 'injected' })) };
}

function success(body: PutRecordsAnswer): Answer {
  return { status: 200, headers: JSON_HEADERS, body: Buffer.from(JSON.stringify(body)) };
}
