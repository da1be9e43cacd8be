import type { Group } from '../grouping/group-key.ts';
import type { EventTime } from '../time/event-time.ts';
import type { ShardId } from './keys.ts';
import type { Part } from './parts.ts';
import type { SequenceNumber } from './sequence-number.ts';

/** Why a record was refused: a word for programs, a sentence for people. */
export interface RefusalReason {
  /** For programs. */
  readonly code:
    | 'base64'
    | 'utf8'
    | 'json'
    | 'packed'
    | 'format'
    | 'decode'
    | 'timestamp'
    | 'source'
    | 'watermark'
    | 'future'
    | 'filter'
    | 'enrich'
    | 'map'
    | 'id'
    | 'key'
    | 'value'
    | 'late'
    | 'size';
  /** For people. */
  readonly message: string;
}

/** A record that ingest refused, as it stands on the side stream. */
export interface RecordRefusal {
  /** `late`: every window of it had closed. `invalid`: it is no event of this pipeline. */
  readonly kind: 'invalid' | 'late';
  /** Its place, `shardId:sequenceNumber`, with `:index` of an event that came packed with others: a retry repeats it under the same id. */
  readonly id: string;
  /** The name of the pipeline. */
  readonly pipeline: string;
  /** Why. */
  readonly reason: RefusalReason;
  /** Of the Kinesis record. */
  readonly partitionKey: string;
  /** When it reached the stream, in epoch milliseconds. */
  readonly arrivedAtMs: number;
  /** For a late record: the windows that it came too late for. */
  readonly windows?: readonly string[];
  /** That of the newest epoch when it was refused. */
  readonly watermark?: EventTime;
  /**
   * Where a record holds many events and more of them are refused than leave alone: how many others this stands for, and which: a bit for each event of the record, the lowest of the
   * first byte for the first one, base64. The id is the record's place then, with `:invalid` or `:late`; the reason is that of the first of them, and `data` the whole record.
   */
  readonly events?: { readonly count: number; readonly bits: string };
  /** Of a payload too large for one record: which part this is, from 1. All parts have the same id; `data` continues from one to the next. */
  readonly part?: Part;
  /** The raw payload, base64; of an event that came packed with others its own. */
  readonly data: string;
}

/**
 * Events that were folded into a commit while firing closed their window: refused by the epoch that read the commit. Only their summary is
 * left; the raw records are on the input stream, in the range given.
 */
export interface LateRefusal {
  /** Tells it from what ingest refuses. */
  readonly kind: 'lateDelta';
  /** `pipeline:window:start-end:key@shardId:position`, of the commit. */
  readonly id: string;
  /** The name of the pipeline. */
  readonly pipeline: string;
  /** Always `late`. */
  readonly reason: RefusalReason;
  /** The name of the window. */
  readonly window: string;
  /** As a pane's. */
  readonly key: string;
  /** As a pane's. */
  readonly group?: Group;
  /** Inclusive, epoch milliseconds. */
  readonly start: EventTime;
  /** Exclusive, epoch milliseconds. */
  readonly end: EventTime;
  /** How many events. */
  readonly count: number;
  /** The results of their aggregates, by name. */
  readonly value: Readonly<Record<string, unknown>>;
  /** The watermark that had passed the window's end and allowed lateness. */
  readonly watermark: EventTime;
  /** Of the input stream. */
  readonly shard: ShardId;
  /** The records of the commit, both included; these events are among them. */
  readonly firstSequenceNumber: SequenceNumber;
  /** The last of them. */
  readonly lastSequenceNumber: SequenceNumber;
}

/**
 * A pane, or a refusal, that is larger than its stream takes. It is in its epoch, and as a part of the state right; it stands here instead of on its stream, so that those behind it
 * leave.
 */
export interface OversizedRefusal {
  /** Tells it from other refusals. */
  readonly kind: 'oversized';
  /** Of the document. */
  readonly id: string;
  /** The name of the pipeline. */
  readonly pipeline: string;
  /** Always `size`. */
  readonly reason: RefusalReason;
  /** Which part this is, from 1. `data` continues from one to the next. */
  readonly part: Part;
  /** The document's JSON, base64. */
  readonly data: string;
}

/** An event that is in no window, or not in all of its own, as it stands on the side stream: by `kind`. */
export type Refusal = RecordRefusal | LateRefusal | OversizedRefusal;
