import type { Pipeline } from '../pipeline/pipeline.ts';
import { ByteReader, ByteWriter } from './bytes.ts';
import type { DefinitionHistory } from './definition-history.ts';
import { CorruptEntryError, frame, unframe } from './frame.ts';
import type { LogEntry, PositionedEntry } from './log-entry.ts';
import type { Position } from './position.ts';

/** The readable part of a snapshot: the state of firing as it was right after an epoch. */
export interface SnapshotHeader {
  readonly kind: 'snapshot';
  /** Of the definition whose state it is. */
  readonly fingerprint: string;
  /** The epoch after which the state was so. It stood in the log before the snapshot was written. */
  readonly epoch: Position;
}

/** A state that can be written, and become what was written. */
interface Writable {
  write(writer: ByteWriter): void;
  read(epoch: Position, reader: ByteReader): void;
}

/** The same state after the same epoch gives the same bytes, so that two who write it do not disturb each other. */
export function encodeSnapshot(header: SnapshotHeader, state: Writable): LogEntry {
  const writer = new ByteWriter();
  state.write(writer);
  const text = JSON.stringify(header);
  return { header: text, payload: frame(text, writer.bytes()) };
}

/**
 * Reads a snapshot into a state of the definition that made it.
 *
 * @param empty A state that holds nothing yet.
 * @throws {CorruptEntryError} when the bytes are damaged.
 * @throws {ForeignStateError} when it is the state of another definition.
 */
export function decodeSnapshot<S extends Writable>(
  definitions: DefinitionHistory,
  entry: PositionedEntry,
  empty: (pipeline: Pipeline<never>) => S,
): { readonly header: SnapshotHeader; readonly state: S } {
  const payload = unframe(entry.header, entry.payload);
  const header = JSON.parse(entry.header) as SnapshotHeader;
  const what = `the snapshot of epoch ${header.epoch}`;
  const state = empty(definitions.asOf(header.fingerprint, what));
  const reader = new ByteReader(payload);
  state.read(header.epoch, reader);
  if (!reader.atEnd) throw new CorruptEntryError(`${what} goes on behind its end, at byte ${reader.offset}`, { position: entry.position });
  return { header, state };
}
