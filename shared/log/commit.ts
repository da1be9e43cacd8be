import type { Pipeline } from '../pipeline/pipeline.ts';
import type { Table } from '../table/table.ts';
import type { EventTime } from '../time/event-time.ts';
import type { ShardProgress } from '../watermarks/shard-progress.ts';
import type { LogEntry } from './log-entry.ts';
import { ByteReader, ByteWriter } from './bytes.ts';
import type { CountsByWindow, RecordCounts } from './counts.ts';
import { assertIntact, CorruptEntryError, frame, unframe } from './frame.ts';
import type { ShardId } from './keys.ts';
import type { Position } from './position.ts';
import type { SequenceNumber } from './sequence-number.ts';
import { readTable, writeTable } from './table-codec.ts';

/** What a batch adds to one window: its events, folded per key. */
export interface Delta {
  /** The window's name. */
  readonly window: string;
  readonly start: EventTime;
  readonly table: Table;
}

/** The readable part of a commit: one batch of one shard. Its progress is that of the shard up to here, not of the batch alone. */
export interface CommitHeader extends ShardProgress {
  readonly kind: 'commit';
  /** Of the definition that folded it. */
  readonly fingerprint: string;
  readonly shard: ShardId;
  /** The records that it covers, both included: all of the shard between the commit before and `last`. */
  readonly first: SequenceNumber;
  readonly last: SequenceNumber;
  readonly counts: RecordCounts;
  /** Events too late for a window, by window; those late for all are also in `counts.late`. */
  readonly lateByWindow: CountsByWindow;
  /** Where duplicates are dropped: how many ids it has let in, and the oldest commit whose ids still counted then. */
  readonly ids?: { readonly count: number; readonly from: Position };
}

export interface Commit extends CommitHeader {
  /** Hashes of the ids that it has let in; absent like the header's account of them. */
  readonly letIn?: Float64Array;
  readonly deltas: readonly Delta[];
}

/** The payload is the ids, eight bytes each, then one block a delta. */
export function encodeCommit({ deltas, letIn, ...header }: Commit): LogEntry {
  const writer = new ByteWriter();
  if (letIn !== undefined) writer.float64s(letIn, letIn.length);
  for (const { window, start, table } of deltas) {
    writer.text(window);
    writer.float64(start);
    writeTable(writer, table);
  }
  const text = JSON.stringify(header);
  return { header: text, payload: frame(text, writer.bytes()) };
}

/**
 * The readable part alone: a writer that looks for the end of its log needs no more.
 *
 * @throws {CorruptEntryError} when the bytes are damaged.
 */
export function decodeCommitHeader({ header, payload }: LogEntry): CommitHeader {
  assertIntact(header, payload);
  return JSON.parse(header) as CommitHeader;
}

/**
 * @throws {CorruptEntryError} when the bytes are damaged.
 * @throws {ForeignStateError} when another definition of the pipeline wrote it.
 */
export function decodeCommit(pipeline: Pipeline<never>, entry: LogEntry): Commit {
  const payload = unframe(entry.header, entry.payload);
  const header = JSON.parse(entry.header) as CommitHeader;
  assertSameDefinition(pipeline, header.fingerprint, `a commit of ${header.shard}`);
  const reader = new ByteReader(payload);
  const letIn = header.ids === undefined ? {} : { letIn: reader.float64s(header.ids.count) };
  const deltas: Delta[] = [];
  while (!reader.atEnd) {
    const window = reader.text();
    const operator = pipeline.operators.find(({ name }) => name === window);
    if (operator === undefined)
      throw new CorruptEntryError(`a commit of ${header.shard} names the window '${window}', which the pipeline has not`);
    deltas.push({ window, start: reader.float64() as EventTime, table: readTable(reader, operator.shape) });
  }
  return { ...header, ...letIn, deltas };
}

/**
 * What a commit says of ids alone, whoever made it.
 *
 * @throws {CorruptEntryError} when the bytes are damaged.
 */
export function decodeLetIn(entry: LogEntry): Float64Array {
  const payload = unframe(entry.header, entry.payload);
  const { ids } = JSON.parse(entry.header) as CommitHeader;
  return ids === undefined ? new Float64Array() : new ByteReader(payload).float64s(ids.count);
}

/** State that another definition of the pipeline made. Nothing was changed. Deploy that definition again, or start this one under a new name. */
export class ForeignStateError extends Error {
  override readonly name = 'ForeignStateError';
}

/** @throws {ForeignStateError} when state was made by another definition. */
export function assertSameDefinition(pipeline: Pipeline<never>, fingerprint: string, what: string): void {
  if (fingerprint === pipeline.fingerprint) return;
  throw new ForeignStateError(
    `pipeline '${pipeline.name}': ${what} was made by another definition (fingerprint ${fingerprint}; this one is ${pipeline.fingerprint}). ` +
      `Windows of two definitions are never mixed: deploy the definition that made it, or give this one a new name.`,
  );
}
