import { InvalidArgument } from '../definition/invalid-argument.ts';
import { requireNumber, requireWhole } from '../definition/requirement.ts';
import { type Duration, durationMs } from '../time/duration.ts';
import { STATE_RETENTION_DAYS, STREAM_RETENTION_HOURS } from '../time/retention.ts';
import { distinctKeys } from './distinct-keys.ts';
import { KEY_KINDS, type KeyKind, MEASURED } from './measured.ts';
import { type Prices, pricesOf } from './prices.ts';
import { messageEventsMax } from './socket-message.ts';

const HOUR_MS = 3_600_000;
const SHARD_RECORDS_A_SECOND = 1_000;
const SHARD_BYTES_A_SECOND = 1_000_000;
const RECORD_BYTES_MAX = 1_048_576;

/** What a month of a pipeline is computed from, everything decided. */
export interface Workload {
  /** Events a second, on average; 0 for a pipeline that has none. */
  readonly rate: number;
  readonly eventBytes: number;
  /** How many events producers put into one record. */
  readonly eventsPerRecord: number;
  /** How many events a message over a WebSocket has; 0 where none come that way. */
  readonly eventsPerMessage: number;
  /** WebSockets that are held open all month. */
  readonly connections: number;
  /** How many times smaller gzip makes a record; 1 where producers use none. */
  readonly gzipRatio: number;
  /** Of a record, as it is on the stream. */
  readonly recordBytes: number;
  /** Different keys; every event is of any of them, on any shard. */
  readonly keys: number;
  readonly keyKind: KeyKind;
  readonly windowMs: number;
  /** As long as the window where windows do not overlap. */
  readonly slideMs: number;
  readonly outOfOrdernessMs: number;
  readonly shards: number;
  readonly outputShards: number;
  readonly batchWindowMs: number;
  readonly batchRecordsMax: number;
  readonly lanes: number;
  readonly tickMs: number;
  readonly streamRetentionHours: number;
  readonly stateRetentionDays: number;
  readonly ingestMemoryMb: number;
  readonly fireMemoryMb: number;
  /** Where payloads of 9 KB and more go. */
  readonly largePayloads: 's3' | 'dynamodb';
  /** On the output stream. */
  readonly panesPerRecord: 'one' | 'many';
  readonly region: string;
  readonly prices: Prices;
}

/** What must be said, and what may be. Defaults are those of the construct but for three that make it cheap: `batchWindow`, `largePayloads`, `panesPerRecord`. */
export interface WorkloadOptions {
  readonly rate: number;
  readonly keys: number;
  readonly eventBytes: number;
  readonly window: Duration;
  readonly slide?: Duration | undefined;
  /** How far out of order events may come: the bound of the watermark. */
  readonly outOfOrderness?: Duration | undefined;
  readonly eventsPerRecord?: number | undefined;
  /** Default: events do not come over a WebSocket. */
  readonly eventsPerMessage?: number | undefined;
  readonly connections?: number | undefined;
  readonly gzipRatio?: number | undefined;
  readonly keyKind?: KeyKind | undefined;
  /** Default: as few as take the rate. */
  readonly shards?: number | undefined;
  readonly outputShards?: number | undefined;
  /** Default: a sixth of the slide, 1 to 10 s. */
  readonly batchWindow?: Duration | undefined;
  readonly batchSize?: number | undefined;
  readonly lanes?: number | undefined;
  readonly tick?: Duration | undefined;
  readonly retention?: Duration | undefined;
  readonly stateRetentionDays?: number | undefined;
  readonly ingestMemoryMb?: number | undefined;
  readonly fireMemoryMb?: number | undefined;
  readonly largePayloads?: Workload['largePayloads'] | undefined;
  readonly panesPerRecord?: Workload['panesPerRecord'] | undefined;
  readonly region?: string | undefined;
}

/** @throws {InvalidArgument} naming the option that cannot be, and what is allowed. */
export function settleWorkload(options: WorkloadOptions): Workload {
  const {
    rate,
    keys,
    eventBytes,
    eventsPerRecord = 1,
    eventsPerMessage = 0,
    connections = 0,
    gzipRatio = 1,
    keyKind = 'id',
    lanes = 1,
    batchSize = 10_000,
    region = 'us-east-1',
  } = options;
  const { stateRetentionDays = 30, ingestMemoryMb = 512, fireMemoryMb = 1_769, largePayloads = 's3', panesPerRecord = 'many' } = options;
  requireNumber(rate, 0, 1e9, 'rate');
  requireWhole(keys, 1, 1e10, 'keys');
  requireNumber(eventBytes, 1, RECORD_BYTES_MAX, 'eventBytes');
  requireNumber(gzipRatio, 1, 100, 'gzipRatio');
  requireWhole(eventsPerRecord, 1, Math.floor((RECORD_BYTES_MAX * gzipRatio) / eventBytes), 'eventsPerRecord');
  requireWhole(eventsPerMessage, 0, messageEventsMax(eventBytes), 'eventsPerMessage');
  requireWhole(connections, 0, 1e9, 'connections');
  if (eventsPerMessage > 0 && eventsPerRecord > 1)
    throw new InvalidArgument(eventsPerRecord, '1: the WebSocket puts every event on the stream as a record', 'eventsPerRecord');
  const recordBytes = Math.ceil((eventBytes * eventsPerRecord) / gzipRatio);
  if (!KEY_KINDS.includes(keyKind)) throw new InvalidArgument(keyKind, KEY_KINDS.join(', '), 'keyKind');
  requireWhole(batchSize, 1, 10_000, 'batchSize');
  requireWhole(lanes, 1, 64, 'lanes');
  requireWhole(stateRetentionDays, STATE_RETENTION_DAYS.min, STATE_RETENTION_DAYS.max, 'stateRetentionDays');
  requireWhole(ingestMemoryMb, 128, 10_240, 'ingestMemory');
  requireWhole(fireMemoryMb, 128, 10_240, 'fireMemory');

  const windowMs = durationIn('window', options.window, 1, Number.MAX_SAFE_INTEGER);
  const slideMs = options.slide === undefined ? windowMs : durationIn('slide', options.slide, 1, windowMs);
  const needed = shardsFor(rate / eventsPerRecord, recordBytes);
  const panesPerS = distinctKeys(keys, (rate * windowMs) / 1_000) / (slideMs / 1_000);
  const neededOut =
    panesPerRecord === 'one'
      ? shardsFor(panesPerS, MEASURED.epoch.paneJsonBytes[keyKind])
      : shardsFor(1, panesPerS * MEASURED.epoch.paneJsonBytes[keyKind]);
  const { shards = needed, outputShards = neededOut } = options;
  requireWhole(shards, 1, 10_000, 'shards');
  if (shards < needed) {
    throw new InvalidArgument(
      shards,
      `at least ${needed} for this rate: one shard takes 1,000 records or 1 MB a second; or pack several events into a record`,
      'shards',
    );
  }
  requireWhole(outputShards, 1, 10_000, 'outputShards');
  if (outputShards < neededOut)
    throw new InvalidArgument(outputShards, `at least ${neededOut} for the panes of so many keys`, 'outputShards');
  return {
    rate,
    eventBytes,
    eventsPerRecord,
    eventsPerMessage,
    connections,
    gzipRatio,
    recordBytes,
    keys,
    keyKind,
    windowMs,
    slideMs,
    outOfOrdernessMs: durationIn('outOfOrderness', options.outOfOrderness ?? '5s', 0, Number.MAX_SAFE_INTEGER),
    shards,
    outputShards,
    batchWindowMs:
      options.batchWindow === undefined ? usualBatchWindowMs(slideMs) : durationIn('batchWindow', options.batchWindow, 1_000, 300_000),
    batchRecordsMax: batchSize,
    lanes,
    tickMs: durationIn('tick', options.tick ?? '1m', 60_000, HOUR_MS),
    streamRetentionHours:
      durationIn('retention', options.retention ?? '24h', STREAM_RETENTION_HOURS.min * HOUR_MS, STREAM_RETENTION_HOURS.max * HOUR_MS) /
      HOUR_MS,
    stateRetentionDays,
    ingestMemoryMb,
    fireMemoryMb,
    largePayloads,
    panesPerRecord,
    region,
    prices: pricesOf(region),
  };
}

/** Whole seconds: long enough for few batches, and short beside what the windows say. */
function usualBatchWindowMs(slideMs: number): number {
  return Math.min(10, Math.max(1, Math.floor(slideMs / 6_000))) * 1_000;
}

function shardsFor(recordsPerS: number, recordBytes: number): number {
  return Math.max(1, Math.ceil(recordsPerS / SHARD_RECORDS_A_SECOND), Math.ceil((recordsPerS * recordBytes) / SHARD_BYTES_A_SECOND));
}

function durationIn(field: string, duration: Duration, minMs: number, maxMs: number): number {
  const ms = InvalidArgument.in(field, () => durationMs(duration, { minMs }));
  if (ms > maxMs) throw new InvalidArgument(duration, `at most ${maxMs / 1_000} s`, field);
  return ms;
}
