// The child process of one emulator: `node emulator-process.ts <name> <port> [<data directory>]`.
// It tells its parent over the IPC channel when it can be used, and ends when that channel closes. The operating system
// closes the channel even when the parent is killed without warning, so no emulator outlives the run that started it.
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { EmulatorMessage, EmulatorName } from './emulator.ts';

const LISTEN_HOST = '127.0.0.1';
const SHARDS_MAX = 1_000;

const [name, port, dataDirectory] = process.argv.slice(2) as [EmulatorName, string, string | undefined];

process.on('disconnect', () => process.exit(0));
// Ctrl-C in a terminal reaches the whole process group. The parent decides when its emulators stop: what is in flight
// still needs them.
process.on('SIGINT', () => {});
process.on('uncaughtException', (error) => giveUp(error));
process.on('unhandledRejection', (error) => giveUp(error));

async function createServer(): Promise<Server> {
  const path = dataDirectory === undefined ? {} : { path: dataDirectory };
  if (name === 'dynalite') {
    const { default: dynalite } = await import('dynalite');
    return dynalite({ ...path, createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  }
  const { default: kinesalite } = await import('kinesalite');
  return kinesalite({ ...path, createStreamMs: 0, deleteStreamMs: 0, updateStreamMs: 0, shardLimit: SHARDS_MAX });
}

/** One request through the front door: a data directory that another process holds shows only when it is first read. */
async function readOnce(url: string): Promise<void> {
  const [target, version] = name === 'dynalite' ? ['DynamoDB_20120810.ListTables', '1.0'] : ['Kinesis_20131202.ListStreams', '1.1'];
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': `application/x-amz-json-${version}`,
      'x-amz-target': target,
      'x-amz-date': '20200101T000000Z',
      authorization: 'AWS4-HMAC-SHA256 Credential=local, SignedHeaders=host, Signature=none',
    },
    body: '{}',
  });
  const body = await response.text();
  if (!response.ok) throw new Error(`its first answer was ${response.status} ${body}`);
}

function report(message: EmulatorMessage, then: () => void = () => {}): void {
  if (process.connected) process.send?.(message, then);
  else then();
}

function giveUp(reason: unknown): void {
  const error = reason instanceof Error ? reason : new Error(String(reason));
  const code = 'code' in error ? String(error.code) : '';
  console.error(error);
  report({ kind: 'failed', code, message: error.message }, () => process.exit(1));
}

const server = await createServer();
process.on('message', () => {
  server.close(() => process.exit(0));
  server.closeAllConnections();
});
server.listen(Number(port), LISTEN_HOST);
await once(server, 'listening');
const endpoint = `http://${LISTEN_HOST}:${(server.address() as AddressInfo).port}`;
await readOnce(endpoint);
report({ kind: 'ready', endpoint });
