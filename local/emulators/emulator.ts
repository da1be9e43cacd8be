import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { COMPILE_CACHE } from '../compile-cache.ts';
import { pause } from '../../shared/adapters/pause.ts';

export type EmulatorName = 'dynalite' | 'kinesalite';

export interface EmulatorOptions {
  /** Port of 127.0.0.1; 0, the default, takes a free one. */
  readonly port?: number;
  /** Folder that keeps the data after the emulator has stopped; created when missing. Without it, data is in memory. */
  readonly dataDirectory?: string;
}

/** A running emulator. It ends with the process that started it, however that process ends. */
export interface Emulator {
  readonly name: EmulatorName;
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string;
  readonly pid: number;
  /** Closes the connections and the data files; resolves when the process is gone. */
  stop(): Promise<void>;
}

/** What the child process says, once. */
export type EmulatorMessage =
  | { readonly kind: 'ready'; readonly endpoint: string }
  | { readonly kind: 'failed'; readonly code: string; readonly message: string };

const CHILD_PROGRAM = fileURLToPath(new URL('./emulator-process.ts', import.meta.url));
const STOP_PATIENCE_MS = 2_000;

/**
 * Starts dynalite (DynamoDB) or kinesalite (Kinesis) in a process of its own and resolves when it answers.
 * Throws an `Error` that names the cause: the port is taken, the package is not installed, another emulator holds the
 * data directory.
 */
export async function startEmulator(name: EmulatorName, options: EmulatorOptions = {}): Promise<Emulator> {
  const { port = 0, dataDirectory } = options;
  if (dataDirectory !== undefined) mkdirSync(dataDirectory, { recursive: true });
  const child = fork(CHILD_PROGRAM, [name, String(port), ...(dataDirectory === undefined ? [] : [dataDirectory])], {
    execArgv: [],
    env: { ...process.env, ...COMPILE_CACHE },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const standardError = collect(child);
  const message = await firstMessage(child);
  if (message.kind === 'failed') {
    child.kill('SIGKILL');
    throw new Error(explain(name, options, message, standardError()));
  }
  return { name, endpoint: message.endpoint, pid: child.pid as number, stop: () => stop(child) };
}

function firstMessage(child: ChildProcess): Promise<EmulatorMessage> {
  return new Promise((resolve) => {
    child.once('message', (message) => resolve(message as EmulatorMessage));
    child.once('error', (error) => resolve({ kind: 'failed', code: '', message: error.message }));
    child.once('exit', (code) => resolve({ kind: 'failed', code: '', message: `it exited with code ${code}` }));
  });
}

function explain(
  name: EmulatorName,
  { port, dataDirectory }: EmulatorOptions,
  failure: { code: string; message: string },
  standardError: string,
): string {
  if (failure.code === 'EADDRINUSE') return `${name} cannot listen: port ${port} of 127.0.0.1 is taken.`;
  if (failure.code === 'ERR_MODULE_NOT_FOUND' || failure.code === 'MODULE_NOT_FOUND') {
    return `${name} cannot start: a package is missing, run "npm ci" (${failure.message}).`;
  }
  // Each emulator words a locked folder in its own way, dynalite through an iterator that "is not open".
  if (dataDirectory !== undefined && /lock|not open/i.test(failure.message)) {
    return `${name} cannot open ${dataDirectory}: another process uses it, or it is damaged (${failure.message}).`;
  }
  return `${name} did not start: ${failure.message}\n${standardError}`.trimEnd();
}

/** Keeps the pipe empty, so that the child never blocks on it, and the last few kilobytes for an error message. */
function collect(child: ChildProcess): () => string {
  let tail = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    tail = (tail + text).slice(-4_096);
  });
  return () => tail;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  if (child.connected) child.send('stop', () => {});
  const given = new AbortController();
  await Promise.race([exited, pause(STOP_PATIENCE_MS, given.signal)]);
  given.abort();
  if (child.exitCode === null && child.signalCode === null) {
    child.kill('SIGKILL');
    await exited;
  }
}
