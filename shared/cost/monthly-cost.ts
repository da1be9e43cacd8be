import { ASSUMED } from './assumed.ts';
import { type BillPart, billPart, line, sumOf } from './bill.ts';
import { managedFlink } from './managed-flink.ts';
import { GB, MILLION, MONTH_HOURS } from './month.ts';
import { OBJECTS_OUTLIVE_DAYS } from './storage-use.ts';
import { SOCKET_MEMORY_MB } from './socket-use.ts';
import { streamUse } from './stream-use.ts';
import { type Usage, usageOf } from './usage.ts';
import type { Workload } from './workload.ts';
import { writePerKey } from './write-per-key.ts';

/** What a pipeline costs in a month of 730 hours, in dollars. */
export interface MonthlyCost {
  readonly workload: Workload;
  readonly usage: Usage;
  readonly streams: BillPart;
  /** Ways in beside the stream itself; mostly none. */
  readonly intake: readonly BillPart[];
  /** What the engine is: ingest, fire, and what they store. */
  readonly stateAndCompute: readonly BillPart[];
  /** What watches over it. */
  readonly watching: readonly BillPart[];
  readonly stateAndComputeDollars: number;
  readonly dollars: number;
  /** What else would do the work of state and compute, on the same streams. */
  readonly alternatives: readonly BillPart[];
}

/** Pure: the same workload costs the same. */
export function monthlyCost(workload: Workload): MonthlyCost {
  const usage = usageOf(workload);
  const streams = streamsPart(workload, usage);
  const intake = [socketPart(workload, usage)].filter(({ lines }) => lines.length > 0);
  const stateAndCompute = [
    ingestPart(workload, usage),
    firePart(workload, usage),
    tablePart(workload, usage),
    objectsPart(workload, usage),
  ];
  const watching = [logsPart(workload, usage), metricsPart(workload), alarmsPart(workload)].filter(({ lines }) => lines.length > 0);
  return {
    workload,
    usage,
    streams,
    intake,
    stateAndCompute: stateAndCompute.filter(({ lines }) => lines.length > 0),
    watching,
    stateAndComputeDollars: sumOf(stateAndCompute),
    dollars: sumOf([streams, ...intake, ...stateAndCompute, ...watching]),
    alternatives: [managedFlink(workload), writePerKey(workload, usage)],
  };
}

function streamsPart(workload: Workload, { outputRecords }: Usage): BillPart {
  const { rate, shards, outputShards, lanes, prices } = workload;
  const { perShardHour, perMillionPutUnits, perExtendedShardHour, perLongTermGbMonth } = prices.kinesis;
  const use = streamUse(workload, outputRecords);
  // Producers and ingest at the one, fire and a consumer at the other; nobody asks while nothing passes.
  const keyRequests = rate === 0 ? 0 : keyRequestsOf(2 + lanes + 1);
  return billPart('streams', [
    line(`input, ${counted(shards, 'shard')}`, use.inputShardHours, 'shard hours', perShardHour),
    line('input, puts', use.inputPutUnits, 'put units', perMillionPutUnits / MILLION),
    line(`output, ${counted(outputShards, 'shard')}`, use.outputShardHours, 'shard hours', perShardHour),
    line('output, puts', use.outputPutUnits, 'put units', perMillionPutUnits / MILLION),
    line('side, 1 shard', use.sideShardHours, 'shard hours', perShardHour),
    line('kept for more than a day', use.extendedShardHours, 'shard hours', perExtendedShardHour),
    line('kept for more than a week', use.longTermGb, 'GB', perLongTermGbMonth),
    line('encryption', keyRequests, 'key requests', prices.keys.perMillionRequests / MILLION),
  ]);
}

function socketPart({ connections, prices: { apiGateway, lambda } }: Workload, { socket }: Usage): BillPart {
  return billPart('WebSocket', [
    line('messages, and answers to them', socket.messages, 'messages', apiGateway.perMillionMessages / MILLION),
    line(
      `${counted(connections, 'connection')}, held open`,
      socket.connectionMinutes,
      'minutes',
      apiGateway.perMillionConnectionMinutes / MILLION,
    ),
    line('a request a message', socket.function.invocations, 'requests', lambda.perMillionRequests / MILLION),
    line(`${shown(socket.function.ms)} ms of ${SOCKET_MEMORY_MB} MB each`, socket.function.gbSeconds, 'GB-s', lambda.perGbSecond),
  ]);
}

function ingestPart({ ingestMemoryMb, prices: { lambda } }: Workload, { ingest }: Usage): BillPart {
  return billPart('ingest', [
    line('a request a batch', ingest.invocations, 'requests', lambda.perMillionRequests / MILLION),
    line(`${shown(ingest.ms)} ms of ${ingestMemoryMb} MB each`, ingest.gbSeconds, 'GB-s', lambda.perGbSecond),
  ]);
}

function firePart({ fireMemoryMb, lanes, prices: { lambda, scheduler } }: Workload, { fire, firings }: Usage): BillPart {
  return billPart('fire', [
    line('schedule', lanes * firings.ticks, 'ticks', scheduler.perMillionInvocations / MILLION),
    line('ticks, and when it is woken', fire.invocations, 'requests', lambda.perMillionRequests / MILLION),
    line(`${shown(fire.ms)} ms of ${fireMemoryMb} MB each`, fire.gbSeconds, 'GB-s', lambda.perGbSecond),
  ]);
}

function tablePart({ rate, lanes, stateRetentionDays, prices: { dynamodb, keys } }: Workload, { writes, storage }: Usage): BillPart {
  const unit = dynamodb.perMillionWriteUnits / MILLION;
  return billPart('DynamoDB', [
    line('commits', writes.commits, 'write units', unit),
    line('epochs', writes.epochs, 'write units', unit),
    line('marks of publication', writes.marks, 'write units', unit),
    line('snapshots', writes.snapshots, 'write units', unit),
    line('reads', storage.readUnits, 'read units', dynamodb.perMillionReadUnits / MILLION),
    line(`kept for ${stateRetentionDays} days, and backed up`, storage.tableGb, 'GB', dynamodb.perGbMonth + dynamodb.perBackupGbMonth),
    line('encryption', keyRequestsOf(lanes + (rate === 0 ? 0 : 1)), 'key requests', keys.perMillionRequests / MILLION),
  ]);
}

function objectsPart({ stateRetentionDays, prices: { s3 } }: Workload, { storage }: Usage): BillPart {
  return billPart('S3', [
    line('large payloads', storage.puts, 'puts', s3.perMillionPuts / MILLION),
    line('read by fire', storage.gets, 'gets', s3.perMillionGets / MILLION),
    line(`kept for ${stateRetentionDays + OBJECTS_OUTLIVE_DAYS} days`, storage.objectGb, 'GB', s3.perGbMonth),
  ]);
}

function logsPart({ rate, lanes, prices: { cloudWatch } }: Workload, { batches, ingest, fire, firings }: Usage): BillPart {
  const minutes = rate === 0 ? 0 : Math.min(MONTH_HOURS * 60, batches);
  const ownBytes = lanes * firings.epochs * ASSUMED.logBytesPerEpoch + minutes * ASSUMED.metricsBytesPerMinute;
  return billPart('logs', [
    line(
      'what Lambda writes of every invocation',
      ((ingest.invocations + fire.invocations) * ASSUMED.logBytesPerInvocation) / GB,
      'GB',
      cloudWatch.perLogGb,
    ),
    line('epochs, and metrics by the minute', ownBytes / GB, 'GB', cloudWatch.perLogGb),
  ]);
}

// Events, watermark lag and accounts: of those that are published unless more is asked for, what a healthy pipeline has. One without events has none.
const METRICS = 3;
// On ingest, on what comes out, and on every fire function.
const ALARMS = 7;

function metricsPart({ rate, prices: { cloudWatch } }: Workload): BillPart {
  return billPart('metrics', [line('events, lag, accounts', rate === 0 ? 0 : METRICS, 'metrics', cloudWatch.perMetricMonth)]);
}

function alarmsPart({ lanes, prices: { cloudWatch } }: Workload): BillPart {
  return billPart('alarms', [line('on functions and results', ALARMS + lanes, 'alarms', cloudWatch.perAlarmMonth)]);
}

function keyRequestsOf(users: number): number {
  return users * ASSUMED.keyRequestsPerHour * MONTH_HOURS;
}

function counted(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? '' : 's'}`;
}

function shown(ms: number): string {
  return ms < 10 ? ms.toFixed(1) : ms.toFixed(0);
}
