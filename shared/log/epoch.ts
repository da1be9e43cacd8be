import { Buffer } from 'node:buffer';
import type { EventTime } from '../time/event-time.ts';
import type { LeftOut } from '../watermarks/decide-watermark.ts';
import type { ShardProgress } from '../watermarks/shard-progress.ts';
import type { ShardFacts } from '../watermarks/shard-standing.ts';
import type { ControlStanding } from './control-request.ts';
import type { LogEntry } from './log-entry.ts';
import type { CountsByWindow, RecordCounts } from './counts.ts';
import { assertIntact, frameParts, unframeParts } from './frame.ts';
import type { ShardId } from './keys.ts';
import { LineWriter } from './line-writer.ts';
import type { Pane } from '../pipeline/pane.ts';
import type { Position } from './position.ts';
import type { LateRefusal } from './refusal.ts';
import type { SequenceNumber } from './sequence-number.ts';

/** How far firing had read one shard's log. Enough for a writer to go on from when the log itself has expired. */
export interface ShardCut extends ShardFacts {
  /** 0 while the shard is known but has no commit. */
  readonly position: Position;
  /** The last record covered; absent with position 0, like the progress. */
  readonly last?: SequenceNumber;
  readonly progress?: ShardProgress;
}

export type Cut = Readonly<Record<ShardId, ShardCut>>;

/** Triggers of processing time and when they were due last, by name. */
export type Timers = Readonly<Record<string, number>>;

/** The readable part of an epoch: one firing. */
export interface EpochHeader {
  readonly kind: 'epoch';
  /** Of the definition that fired it. */
  readonly fingerprint: string;
  /** Everything that is complete by it has been fired, here or before. The beginning of time while nothing is known. */
  readonly watermark: EventTime;
  readonly cut: Cut;
  /** The shards that the watermark was not held back by, and why: what nobody could compute again from the logs. */
  readonly leftOut: readonly LeftOut[];
  /** How far the watermark went on at wall-clock speed, since every shard was left out. */
  readonly idleForMs?: number;
  /**
   * The epoch from whose cut and watermark on the logs must be read again to have the state after this one. Commits before that cut
   * touch no window that is still open.
   */
  readonly replayFrom: Position;
  /** When it was made, in processing time: epoch milliseconds. */
  readonly firedAtMs: number;
  /** Triggers of processing time that were due: `window:early`, `window:late`. What only the clock knew, so that all compute alike. */
  readonly timersDue: readonly string[];
  /** When each of them was due last, this epoch included: epoch milliseconds. */
  readonly timers: Timers;
  /** Totals of the pipeline since its beginning, up to the cut. */
  readonly counts: RecordCounts;
  readonly lateByWindow: CountsByWindow;
  /** Where lateness was raised: the end up to which windows had closed before that, by window. They never open again. */
  readonly closedTo: Readonly<Record<string, EventTime>>;
  /** How much each window has open after it; those without anything are not there. */
  readonly open: CountsByWindow;
  /** What has become of what people asked for; absent while nobody ever did. */
  readonly control?: ControlStanding;
  /** Panes fired since the beginning, this epoch's included. */
  readonly panesFired: number;
}

export interface Epoch extends EpochHeader {
  /** What leaves with it, in the order in which it is published. */
  readonly panes: readonly Pane[];
  /** What came too late for a window and was found out only here. */
  readonly refusals: readonly LateRefusal[];
}

/** The payload is two blocks of JSON lines, panes and refusals, the exact bytes that are published, with an empty line between. */
export function encodeEpoch({ panes, refusals, ...header }: Epoch): LogEntry {
  const writePanes = (lines: LineWriter) => {
    for (const pane of panes) {
      lines.text(JSON.stringify(pane));
      lines.endLine();
    }
  };
  return encodeEpochLines(header, writePanes, refusals);
}

/**
 * Likewise, its panes written line by line, so that very many need little memory.
 *
 * @param writePanes A JSON document a line.
 */
export function encodeEpochLines(header: EpochHeader, writePanes: (lines: LineWriter) => void, refusals: readonly LateRefusal[]): LogEntry {
  const text = JSON.stringify(header);
  const payload = frameParts(text, (add) => {
    const lines = new LineWriter(add);
    writePanes(lines);
    for (const refusal of refusals) lines.text(`\n${JSON.stringify(refusal)}`);
    lines.end();
  });
  return { header: text, payload };
}

/**
 * The readable part alone.
 *
 * @throws {CorruptEntryError} when the bytes are damaged.
 */
export function decodeEpochHeader({ header, payload }: LogEntry): EpochHeader {
  assertIntact(header, payload);
  return JSON.parse(header) as EpochHeader;
}

/** @throws {CorruptEntryError} when the bytes are damaged. */
export function decodeEpoch(entry: LogEntry): Epoch {
  const panes: Pane[] = [];
  const refusals: LateRefusal[] = [];
  for (const lines of readEpochLines(entry)) {
    for (const line of lines.panes) panes.push(JSON.parse(line) as Pane);
    for (const line of lines.refusals) refusals.push(JSON.parse(line) as LateRefusal);
  }
  return { ...(JSON.parse(entry.header) as EpochHeader), panes, refusals };
}

/** Some of what leaves with an epoch: JSON documents. */
export interface EpochLines {
  readonly panes: readonly string[];
  readonly refusals: readonly string[];
}

/**
 * What leaves with an epoch, in its order, some thousand documents at a time, so that very many need little memory.
 *
 * @throws {CorruptEntryError} when the bytes are damaged.
 */
export function* readEpochLines({ header, payload }: LogEntry): Generator<EpochLines> {
  let isBehind = false;
  // A part ends behind the line of a pane, or behind the last refusal.
  for (const part of unframeParts(header, payload)) {
    const text = Buffer.from(part.buffer, part.byteOffset, part.byteLength).toString('utf8');
    const panes: string[] = [];
    const refusals: string[] = [];
    for (const line of (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n')) {
      if (line === '') isBehind = true;
      else (isBehind ? refusals : panes).push(line);
    }
    yield { panes, refusals };
  }
}
