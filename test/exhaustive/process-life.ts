import type { FirePorts } from '../../shared/firing/fire.ts';
import type { IngestPorts } from '../../shared/ingest/ingest.ts';
import type { ShardDirectory } from '../../shared/ports/shard-directory.ts';
import type { Answer, Request } from './request.ts';

export type ProcessPorts = IngestPorts & FirePorts;

/** How an invocation ended. */
export type Ending = { readonly kind: 'done'; readonly report: unknown } | { readonly kind: 'failed'; readonly error: unknown };

/** Starts a cold process and says how to invoke it. */
export type StartProcess<I> = (ports: ProcessPorts) => (invocation: I) => Promise<unknown>;

interface Call {
  readonly request: Request;
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
}

/**
 * One life of a process: the real code over ports that wait. Between two steps it stands still, at the calls that it has made and that nobody
 * has answered.
 */
export class ProcessLife<I> {
  readonly #calls: Call[] = [];
  readonly #invoke: (invocation: I) => Promise<unknown>;
  #nowMs = 0;
  clockWasRead = false;
  /** Of the newest invocation; absent while it runs. */
  ending: Ending | undefined;

  constructor(start: StartProcess<I>, shards: ShardDirectory) {
    const call = async <T>(request: Request): Promise<T> =>
      new Promise((resolve, reject) => this.#calls.push({ request, resolve, reject }));
    this.#invoke = start({
      logStore: {
        append: (log, position, entry) => call({ port: 'append', log, position, entry }),
        read: (log, after, consistency = 'eventual') => call({ port: 'read', log, after, consistency }),
        last: (log) => call({ port: 'last', log }),
      },
      outputStream: { publish: (records) => call({ port: 'publish', stream: 'output', records }) },
      sideStream: { publish: (records) => call({ port: 'publish', stream: 'side', records }) },
      shards,
      shardProbe: { probe: (shard, after) => call({ port: 'probe', shard, after }) },
      clock: {
        nowMs: () => {
          this.clockWasRead = true;
          return this.#nowMs;
        },
      },
    });
  }

  get requests(): readonly Request[] {
    return this.#calls.map(({ request }) => request);
  }

  async invoke(invocation: I, nowMs: number): Promise<void> {
    this.#go(nowMs);
    this.ending = undefined;
    this.#invoke(invocation).then(
      (report) => {
        this.ending = { kind: 'done', report };
      },
      (error: unknown) => {
        this.ending = { kind: 'failed', error };
      },
    );
    await standstill();
  }

  /** @param call The index of the call among those that wait. */
  async answer(call: number, answer: Answer, nowMs: number): Promise<void> {
    this.#go(nowMs);
    const [answered] = this.#calls.splice(call, 1);
    if (answer.error === undefined) answered?.resolve(answer.value as never);
    else answered?.reject(answer.error);
    await standstill();
  }

  #go(nowMs: number): void {
    this.#nowMs = nowMs;
    this.clockWasRead = false;
  }
}

/** Everything that can go on without an answer has gone on: the engine waits for nothing but its ports. */
async function standstill(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
