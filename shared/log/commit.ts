import { FIRST_LANE, type Lane } from '../pipeline/lane.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { Table } from '../table/table.ts';
import type { EventTime } from '../time/event-time.ts';
import type { ShardProgress } from '../watermarks/shard-progress.ts';
import { ByteReader, ByteWriter } from './bytes.ts';
import { type CountsByWindow, NO_RECORDS, type RecordCounts } from './counts.ts';
import { type DefinitionHistory, onlyDefinition } from './definition-history.ts';
import { assertIntact, CorruptEntryError, frame, unframe } from './frame.ts';
import type { ShardId } from './keys.ts';
import type { LogEntry } from './log-entry.ts';
import type { Position } from './position.ts';
import type { SequenceNumber } from './sequence-number.ts';
import { readTable, writeTable } from './table-codec.ts';

/** What a batch adds to one window: its events, folded per key. */
export interface Delta {
  /** The window's name. */
  readonly window: string;
  readonly start: EventTime;
  /** The lane that its keys are in; absent for the first. */
  readonly lane?: Lane;
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
  /** Where rules can be set: the version that held for its newest record; 0 before the first. */
  readonly rules?: number;
  /** Where duplicates are dropped: how many ids it has let in, and the oldest commit whose ids still counted then. */
  readonly ids?: { readonly count: number; readonly from: Position };
}

export interface Commit extends CommitHeader {
  /** Hashes of the ids that it has let in; absent like the header's account of them. */
  readonly letIn?: Float64Array;
  /** Windows that it holds events of and that the pipeline has no more; their deltas cannot be read. Of no use to whoever writes. */
  readonly gone?: readonly string[];
  readonly deltas: readonly Delta[];
}

/** The payload is the ids, eight bytes each, then one block a delta: its window, its lane, its length, and what it holds. */
export function encodeCommit({ deltas, letIn, gone: _gone, ...header }: Commit): LogEntry {
  const writer = new ByteWriter();
  if (letIn !== undefined) writer.float64s(letIn, letIn.length);
  for (const { window, start, lane = FIRST_LANE, table } of deltas) {
    const block = new ByteWriter();
    block.float64(start);
    writeTable(block, table);
    writer.text(window);
    writer.varint(lane);
    writer.varint(block.length);
    writer.raw(block.bytes());
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
 * A commit of a pipeline that was never defined otherwise.
 *
 * @throws {CorruptEntryError} when the bytes are damaged.
 * @throws {ForeignStateError} when another definition of the pipeline wrote it.
 */
export function decodeCommit(pipeline: Pipeline<never>, entry: LogEntry): Commit {
  return decodeCommitBy(onlyDefinition(pipeline), entry);
}

/**
 * @param definitions Which definitions may have made it.
 * @param lane The one whose keys are read; absent: all. Every record counts once, in the first lane.
 * @throws {CorruptEntryError} when the bytes are damaged.
 * @throws {ForeignStateError} when none of them did.
 */
export function decodeCommitBy(definitions: DefinitionHistory, entry: LogEntry, lane?: Lane): Commit {
  const payload = unframe(entry.header, entry.payload);
  const header = JSON.parse(entry.header) as CommitHeader;
  const what = `a commit of ${header.shard}`;
  const pipeline = definitions.asOf(header.fingerprint, what);
  const reader = new ByteReader(payload);
  const letIn = header.ids === undefined ? {} : { letIn: reader.float64s(header.ids.count) };
  const deltas: Delta[] = [];
  const gone: string[] = [];
  while (!reader.atEnd) {
    const window = reader.text();
    const own = reader.varint();
    const length = reader.varint();
    const operator = pipeline.operators.find(({ name }) => name === window);
    if (lane !== undefined && own !== lane) {
      reader.skip(length);
    } else if (operator !== undefined) {
      const start = reader.float64() as EventTime;
      deltas.push({ window, start, ...(own === FIRST_LANE ? {} : { lane: own }), table: readTable(reader, operator.shape) });
    } else if (Object.hasOwn(pipeline.description.windows, window)) {
      gone.push(window);
      reader.skip(length);
    } else {
      throw new CorruptEntryError(`${what} names the window '${window}', which the pipeline has not`);
    }
  }
  const accounts = lane === undefined || lane === FIRST_LANE ? {} : { counts: NO_RECORDS, lateByWindow: {} };
  return { ...header, ...accounts, ...letIn, deltas, ...(gone.length === 0 ? {} : { gone }) };
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
