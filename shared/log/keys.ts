import { hashText } from '../aggregates/text-hash.ts';
import { FIRST_LANE, type Lane } from '../pipeline/lane.ts';
import type { ShardId } from '../watermarks/shard.ts';
import type { Position } from './position.ts';

declare const logName: unique symbol;

/** The name of a log; the partition key of its items. Built here and nowhere else. */
export type LogName = string & { readonly [logName]: true };

export type { ShardId };

// Pipelines and windows are named with letters, digits, - and _, shards by Kinesis likewise: none contains the separator.
const SEPARATOR = '#';

/** The log of what was folded from one shard. */
export function shardLog(pipeline: string, shard: ShardId): LogName {
  return [pipeline, 'shard', shard].join(SEPARATOR) as LogName;
}

// Hundreds of shards may begin at once, and each append to a log waits for the one before.
const SHARD_NOTES_LOGS = 8;

/** The logs that say which shards there are, or were: each shard is noted in one of them. */
export function shardNotesLogs(pipeline: string): LogName[] {
  return Array.from({ length: SHARD_NOTES_LOGS }, (_each, part) => [pipeline, 'shards', part].join(SEPARATOR) as LogName);
}

/** The one of them that notes a shard. */
export function shardNotesLog(pipeline: string, shard: ShardId): LogName {
  return shardNotesLogs(pipeline)[hashText(shard) % SHARD_NOTES_LOGS] as LogName;
}

/** The log of definitions: which one holds. */
export function definitionLog(pipeline: string): LogName {
  return [pipeline, 'definitions'].join(SEPARATOR) as LogName;
}

/** The log of what people ask of a running pipeline. */
export function controlLog(pipeline: string): LogName {
  return [pipeline, 'control'].join(SEPARATOR) as LogName;
}

/** The log of filter rules that are changed while the pipeline runs. */
export function rulesLog(pipeline: string): LogName {
  return [pipeline, 'rules'].join(SEPARATOR) as LogName;
}

/** The log of firings, of one lane. */
export function epochLog(pipeline: string, lane: Lane = FIRST_LANE): LogName {
  return laneLog(pipeline, 'epochs', lane);
}

/** The log of publications: position `n` says that epoch `n` is on the output stream. */
export function publicationLog(pipeline: string, lane: Lane = FIRST_LANE): LogName {
  return laneLog(pipeline, 'published', lane);
}

/** The log of how far publications have come, of epochs that are too large for one go. Notes that spare work; nothing depends on them. */
export function publicationProgressLog(pipeline: string, lane: Lane = FIRST_LANE): LogName {
  return laneLog(pipeline, 'publishing', lane);
}

/** The log of snapshots of the firing state. Each says itself for which epoch it stands. */
export function snapshotLog(pipeline: string, lane: Lane = FIRST_LANE): LogName {
  return laneLog(pipeline, 'snapshots', lane);
}

/** Every lane has its own; those of the first are called as where there is one. */
function laneLog(pipeline: string, kind: string, lane: Lane): LogName {
  return [pipeline, kind, ...(lane === FIRST_LANE ? [] : [lane])].join(SEPARATOR) as LogName;
}

/**
 * The partition of one chunk of a payload too large for one item, named by what the payload holds: writing it again changes nothing. Each chunk has
 * its own, so that a large payload is not held up by what one partition takes a second.
 */
export function chunkPartition(log: LogName, digest: string, number: number): string {
  return [log, 'chunks', digest, number].join(SEPARATOR);
}

const POSITION_DIGITS = 16;

/**
 * The name of the object that holds the payload of an entry, below wherever objects stand: by log and position, so that a person finds it, and by what it
 * holds, so that of two writers at one position neither writes over the other.
 */
export function payloadObject(log: LogName, position: Position, digest: string): string {
  return [...log.split(SEPARATOR), `${String(position).padStart(POSITION_DIGITS, '0')}-${digest}`].join('/');
}

/** The partition of what a consumer remembers of one shard of an output stream. No pipeline's name is empty, so it is no log's. */
export function consumerPartition(consumer: string, shard: string): string {
  return ['', 'consumer', consumer, shard].join(SEPARATOR);
}
