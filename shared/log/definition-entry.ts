import type { DefinitionDescription } from '../pipeline/definition-description.ts';
import type { LogEntry } from './log-entry.ts';

/** A definition that state has been made by. */
export interface KnownDefinition {
  readonly fingerprint: string;
  readonly description: DefinitionDescription;
}

/** An entry of the log of definitions: the one that holds from here on. There is no payload. */
export interface DefinitionHeader extends KnownDefinition {
  readonly kind: 'definition';
  /** Processing time, epoch milliseconds. */
  readonly writtenAtMs: number;
  /** Those before it, the newest first, whose state goes on under this one. */
  readonly formers: readonly KnownDefinition[];
}

export function encodeDefinition(header: DefinitionHeader): LogEntry {
  return { header: JSON.stringify(header), payload: new Uint8Array() };
}

export function decodeDefinition({ header }: LogEntry): DefinitionHeader {
  return JSON.parse(header) as DefinitionHeader;
}
