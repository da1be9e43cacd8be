import type { Pipeline } from '../pipeline/pipeline.ts';
import { ByteReader, ByteWriter } from './bytes.ts';
import { assertSameDefinition } from './commit.ts';
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
 * Reads a snapshot into a state that holds nothing yet.
 *
 * @throws {CorruptEntryError} when the bytes are damaged.
 * @throws {ForeignStateError} when it is the state of another definition.
 */
export function decodeSnapshot(pipeline: Pipeline<never>, entry: PositionedEntry, empty: Writable): SnapshotHeader {
  const payload = unframe(entry.header, entry.payload);
  const header = JSON.parse(entry.header) as SnapshotHeader;
  const what = `the snapshot of epoch ${header.epoch}`;
  assertSameDefinition(pipeline, header.fingerprint, what);
  const reader = new ByteReader(payload);
  empty.read(header.epoch, reader);
  if (!reader.atEnd) throw new CorruptEntryError(`${what} goes on behind its end, at byte ${reader.offset}`, { position: entry.position });
  return header;
}
