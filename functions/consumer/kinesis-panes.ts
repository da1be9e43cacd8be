import { Buffer } from 'node:buffer';
import type { KinesisStreamEvent, KinesisStreamRecord } from 'aws-lambda';
import { paneLines } from '../../shared/consumer/pane-lines.ts';
import type { PlacedPane } from '../../shared/consumer/pane-turn.ts';
import type { Pane } from '../../shared/pipeline/pane.ts';
import type { PanesOf, Pipeline } from '../../shared/pipeline/pipeline.ts';

/** The panes of one delivery of the output stream. */
export interface KinesisPanes<P> {
  /** Of the output stream. */
  readonly shard: string;
  /** In the order of the records, and in a record of its lines. */
  readonly panes: readonly P[];
  /** For every pane the record that brought it: the same for those that came packed together. */
  readonly records: readonly KinesisStreamRecord[];
}

/** A record of the stream is not a pane, or an event holds records of several shards. */
export class NotPanesError extends Error {
  override readonly name = 'NotPanesError';
}

/**
 * Reads what the event source mapping delivers.
 *
 * @throws {NotPanesError} when a record is not a pane.
 */
export function readKinesisPanes<P = Pipeline>({ Records }: KinesisStreamEvent): KinesisPanes<PanesOf<P> & PlacedPane> {
  const shards = new Set(Records.map(shardOf));
  if (shards.size > 1) {
    throw new NotPanesError(
      `the event has records of ${[...shards].join(' and ')}; an event source mapping delivers one shard at a time, so give those of one`,
    );
  }
  const [shard = ''] = shards;
  const lines = Records.flatMap((record) => textOf(record).map((text) => ({ record, text })));
  return {
    shard,
    panes: lines.map(({ record, text }) => paneOf(record, text) as PanesOf<P> & PlacedPane),
    records: lines.map(({ record }) => record),
  };
}

/** `eventID` is `shardId:sequenceNumber`. */
function shardOf({ eventID }: KinesisStreamRecord): string {
  return eventID.slice(0, eventID.indexOf(':'));
}

function textOf({ kinesis }: KinesisStreamRecord): readonly string[] {
  return paneLines(Buffer.from(kinesis.data, 'base64').toString('utf8'));
}

function paneOf({ eventID }: KinesisStreamRecord, text: string): Pane {
  const document = parsed(text);
  if (!isPane(document))
    throw new NotPanesError(
      `${eventID}: its ${text.length} characters are not a pane; read the output stream of a pipeline, and nothing else`,
    );
  return document;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isPane(document: unknown): document is Pane {
  const { pipeline, epoch } = (document ?? {}) as Partial<Pane>;
  return typeof pipeline === 'string' && Number.isInteger(epoch?.position) && Number.isInteger(epoch?.index);
}
