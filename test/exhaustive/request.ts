import { Buffer } from 'node:buffer';
import type { LogName, ShardId } from '../../shared/log/keys.ts';
import type { LogEntry } from '../../shared/log/log-entry.ts';
import type { Position } from '../../shared/log/position.ts';
import type { SequenceNumber } from '../../shared/log/sequence-number.ts';
import type { OutputRecord } from '../../shared/ports/publisher.ts';

/** What a process asks of the world through a port: the only places where another process can come in between. */
export type Request =
  | { readonly port: 'append'; readonly log: LogName; readonly position: Position; readonly entry: LogEntry }
  | { readonly port: 'read'; readonly log: LogName; readonly after: Position; readonly consistency: 'eventual' | 'strong' }
  | { readonly port: 'last'; readonly log: LogName }
  | { readonly port: 'publish'; readonly stream: StreamName; readonly records: readonly OutputRecord[] }
  | { readonly port: 'probe'; readonly shard: ShardId; readonly after: SequenceNumber | undefined };

export type StreamName = 'output' | 'side';

/** What comes back. `key` says all of it, and besides what only the checks want to know. */
export interface Answer {
  readonly key: string;
  readonly value?: unknown;
  /** With which the call fails. */
  readonly error?: Error;
  /** Of a probe: how many records were on the stream then. */
  readonly recordsPut?: number;
}

/** A lost connection or answer: whether the call took effect is not known. */
export class Fault extends Error {
  override readonly name = 'Fault';
}

export function isFault(error: unknown): boolean {
  return error instanceof Error && (error.name === 'Fault' || isFault(error.cause));
}

export function entryKey({ header, payload }: LogEntry): string {
  return `${header}\n${Buffer.from(payload).toString('latin1')}`;
}

export function requestKey(request: Request): string {
  switch (request.port) {
    case 'append':
      return `append ${request.log} ${request.position} ${entryKey(request.entry)}`;
    case 'read':
      return `read ${request.log} ${request.after} ${request.consistency}`;
    case 'last':
      return `last ${request.log}`;
    case 'publish':
      return `publish ${request.stream} ${request.records.map(({ partitionKey, json }) => `${partitionKey} ${json}`).join('\n')}`;
    case 'probe':
      break;
  }
  return `probe ${request.shard} ${request.after}`;
}

/** For people. */
export function describeRequest(request: Request): string {
  switch (request.port) {
    case 'append':
      return `append ${request.log} ${request.position}`;
    case 'publish':
      return `publish ${request.records.length} on the ${request.stream} stream`;
    case 'read':
    case 'last':
    case 'probe':
      break;
  }
  return requestKey(request);
}
