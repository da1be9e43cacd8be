import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { pause } from '../../shared/adapters/pause.ts';

/** A server that stands in for an AWS service. */
export interface Engine {
  readonly name: string;
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string;
  stop(): Promise<void>;
}

/** An engine that cannot run here, and a sentence that says why and what to do: what the skipped test shows. */
export interface AbsentEngine {
  readonly name: string;
  readonly absentBecause: string;
}

/** A port that nobody listened on a moment ago, for a program that cannot take a free one by itself. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Resolves when the server answers, whatever it says. */
export async function untilAnswering(endpoint: string, { patienceMs }: { readonly patienceMs: number }): Promise<void> {
  for (const deadline = performance.now() + patienceMs; ; await pause(50)) {
    const answer = await fetch(endpoint, { method: 'POST', body: '{}' }).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer !== undefined) return;
    if (performance.now() > deadline) throw new Error(`${endpoint} has not answered for ${patienceMs} ms`);
  }
}
