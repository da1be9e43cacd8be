import { resolve } from 'node:path';
import { Duration, RemovalPolicy, Stack, Token, TokenComparison } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { configuredRetention, evaluateDefinition, type PipelineEntry } from '../../functions/bundle.ts';
import { isConfigurationFile } from '../../functions/configuration-file.ts';
import { METRIC_LEVELS, type MetricLevel } from '../../functions/telemetry/metric-catalogue.ts';
import { isName, NAME_ALLOWED } from '../../shared/pipeline/pipeline-name.ts';
import { STATE_RETENTION_DAYS, STREAM_RETENTION_HOURS } from '../../shared/time/retention.ts';
import { requireFitting } from './fitting-definition.ts';
import { DATABASE_ALLOWED, databaseOf, type HistoryRule, isDatabaseName, type SettledHistory } from './history-rule.ts';
import { serviceNameOf } from './service-name.ts';
import {
  type AlarmRules,
  type DiscardRule,
  LOG_LEVELS,
  type LogLevel,
  type NetworkPlacement,
  type WindowPipelineProps,
} from './window-pipeline-props.ts';

// As many as a definition may have.
const LANES_MAX = 64;
// A PUT costs what 8 write units of 1 KiB cost, and its reference takes one.
const PAYLOADS_FROM_BYTES = 9 * 1024;
const PAYLOADS_FROM_BYTES_MAX = 2 ** 30;
const MS_AN_HOUR = 3_600_000;
const MS_A_DAY = 24 * MS_AN_HOUR;
const MINUTES_A_WEEK = 7 * 24 * 60;
// One a second, for five minutes.
const SIDE_RECORDS_MAX = 300;

/** Every setting decided: what the constructs below `WindowPipeline` are made from. */
export interface PipelineSettings {
  readonly entry: PipelineEntry;
  /** Absent where the definition's own holds. */
  readonly name: string | undefined;
  /** Absent where all that the stream keeps is read. */
  readonly startingAt: Date | undefined;
  readonly lanes: number;
  readonly inputShardCount: number;
  readonly outputShardCount: number;
  readonly panesPerRecord: 'one' | 'many';
  readonly sideShardCount: number;
  readonly streamRetention: Duration;
  readonly batchSize: number;
  readonly batchWindow: Duration;
  readonly discard: DiscardRule | undefined;
  readonly tickInterval: Duration;
  readonly ingestMemoryMb: number;
  readonly fireMemoryMb: number;
  readonly ingestTimeout: Duration;
  readonly fireTimeout: Duration;
  /** Absent where none is set aside. */
  readonly fireReservedConcurrency: number | undefined;
  /** Absent where the account's own are used. */
  readonly encryptionKey: kms.IKey | undefined;
  /** Absent where the functions are in no network of the account. */
  readonly network: NetworkPlacement | undefined;
  readonly stateRetentionDays: number;
  /** Absent where all payloads are in the table. */
  readonly payloadsFromBytes: number | undefined;
  /** Absent where none is kept. */
  readonly history: SettledHistory | undefined;
  readonly logRetention: logs.RetentionDays;
  readonly logLevel: LogLevel;
  readonly tracing: boolean;
  readonly metrics: MetricLevel;
  /** What metrics and logs call the pipeline. */
  readonly service: string;
  readonly alarms: SettledAlarms;
  readonly dashboard: boolean;
  readonly removalPolicy: RemovalPolicy;
  readonly deletionProtection: boolean;
}

/** When alarms go off, and who hears of it. */
export interface SettledAlarms extends Required<Omit<AlarmRules, 'topic'>> {
  /** Absent where nobody does. */
  readonly topic: sns.ITopic | undefined;
}

/** A prop that cannot work. The message names the pipeline and the prop, says why, and what is accepted. */
export class PipelinePropError extends Error {
  override readonly name = 'PipelinePropError';
}

/**
 * Fills in the defaults and checks everything before anything is made, so that a mistake costs no bundling.
 *
 * @throws PipelinePropError
 */
export function settlePipeline(scope: Construct, props: WindowPipelineProps): PipelineSettings {
  const refuse = (sentence: string): never => {
    throw new PipelinePropError(`WindowPipeline "${scope.node.path}": ${sentence}`);
  };
  const whole = (name: string, value: number, min: number, max: number, unit: string): number => {
    // A value that only CloudFormation knows is checked by CloudFormation.
    if (Token.isUnresolved(value) || (Number.isInteger(value) && value >= min && value <= max)) return value;
    return refuse(`${name} is ${value}; it must be a whole number of ${unit}, ${min} to ${max}.`);
  };
  const oneOf = <T extends string>(name: string, value: T, allowed: readonly T[]): T => {
    if (allowed.includes(value)) return value;
    return refuse(`${name} is ${JSON.stringify(value)}; it must be ${allowed.map((each) => `'${each}'`).join(' or ')}.`);
  };
  const wholeSeconds = (name: string, value: Duration, min: number, max: number): Duration => {
    if (!value.isUnresolved()) whole(name, value.toSeconds({ integral: false }), min, max, 'seconds');
    return value;
  };

  const parallelizationFactor = props.parallelizationFactor ?? 1;
  if (parallelizationFactor !== 1) {
    refuse(
      `parallelizationFactor is ${parallelizationFactor}; it must be 1. With more, batches of one shard overtake each other ` +
        'and events would be dropped as already counted. For more throughput give the input stream more shards.',
    );
  }

  const { profile } = props;
  if (profile !== undefined && !isConfigurationFile(props.entry))
    refuse(
      `profile is ${JSON.stringify(profile)}, and the entry ${props.entry} is a module; only configurations (.yaml, .json) have profiles.`,
    );
  const entry = isConfigurationFile(props.entry) ? { path: resolve(props.entry), profile } : resolve(props.entry);
  const { inputStream, discard, name, startingPosition = 'TRIM_HORIZON' } = props;
  if (name !== undefined && !isName(name)) refuse(`name is ${JSON.stringify(name)}; it must be ${NAME_ALLOWED}.`);
  const startingAt = startingPosition instanceof Date ? startingPosition : undefined;
  if (startingAt === undefined ? startingPosition !== 'TRIM_HORIZON' : Number.isNaN(startingAt.getTime())) {
    refuse(
      `startingPosition is ${String(startingPosition)}; it must be 'TRIM_HORIZON' or a date: for the latest, the moment of the deployment.`,
    );
  }
  if (inputStream !== undefined) {
    if (props.inputShardCount !== undefined) {
      refuse('inputShardCount was given together with inputStream; it shapes only a stream that is made here. Leave one out.');
    }
    const { account, region } = Stack.of(scope);
    for (const [what, ours, theirs] of [
      ['account', account, inputStream.env.account],
      ['region', region, inputStream.env.region],
    ] as const) {
      if (Token.compareStrings(ours, theirs) === TokenComparison.DIFFERENT) {
        refuse(`inputStream is in ${what} ${theirs}, the stack in ${ours}; fire must read the stream too, so both must be the same.`);
      }
    }
  }

  if (discard !== undefined) {
    if (discard.retryAttempts === undefined && discard.recordAge === undefined) {
      refuse('discard has neither retryAttempts nor recordAge, so it would never discard. Set one, or leave discard out.');
    }
    if (discard.retryAttempts !== undefined) whole('discard.retryAttempts', discard.retryAttempts, 0, 10_000, 'attempts');
    if (discard.recordAge !== undefined) wholeSeconds('discard.recordAge', discard.recordAge, 60, 604_800);
  }

  const configured = configuredRetention(entry);
  const streamRetention = props.streamRetention ?? Duration.millis(configured.streamsMs ?? STREAM_RETENTION_HOURS.usual * MS_AN_HOUR);
  whole('streamRetention', streamRetention.toHours({ integral: false }), STREAM_RETENTION_HOURS.min, STREAM_RETENTION_HOURS.max, 'hours');

  const stateRetentionDays = (props.stateRetention ?? Duration.millis(configured.stateMs ?? STATE_RETENTION_DAYS.usual * MS_A_DAY)).toDays({
    integral: false,
  });
  whole('stateRetention', stateRetentionDays, STATE_RETENTION_DAYS.min, STATE_RETENTION_DAYS.max, 'days');
  if (stateRetentionDays <= streamRetention.toDays({ integral: false })) {
    refuse(
      `stateRetention is ${stateRetentionDays} days and streamRetention ${streamRetention.toDays({ integral: false })}; the state must ` +
        'stay longer, so that a record delivered again finds that it has been counted.',
    );
  }

  const wholeMinutes = (what: string, value: Duration, min: number, max: number): Duration => {
    whole(what, value.toMinutes({ integral: false }), min, max, 'minutes');
    return value;
  };
  const tickInterval = wholeMinutes('tickInterval', props.tickInterval ?? Duration.minutes(1), 1, 60);
  const { alarms = {} } = props;

  const historyLagMax = wholeMinutes('alarms.historyLagMax', alarms.historyLagMax ?? Duration.hours(1), 2, MINUTES_A_WEEK);
  const service = serviceNameOf(scope);
  const settledHistory = (history: HistoryRule): SettledHistory => {
    const bufferInterval = wholeSeconds('history.bufferInterval', history.bufferInterval ?? Duration.minutes(15), 60, 900);
    if (historyLagMax.toSeconds() <= bufferInterval.toSeconds()) {
      refuse(
        `alarms.historyLagMax is ${historyLagMax.toMinutes()} minutes and history.bufferInterval ${bufferInterval.toMinutes({ integral: false })}; ` +
          'panes wait for so long when all is well, so the alarm must wait longer.',
      );
    }
    const database = history.database ?? databaseOf(service);
    if (database === undefined)
      return refuse(`history.database is missing; only CloudFormation will know the name of this stack. Give ${DATABASE_ALLOWED}.`);
    if (!isDatabaseName(database)) refuse(`history.database is ${JSON.stringify(database)}; it must be ${DATABASE_ALLOWED}.`);
    const retentionDays = history.retention?.toDays({ integral: false });
    if (retentionDays !== undefined) whole('history.retention', retentionDays, 1, 36_500, 'days');
    return { retentionDays, bufferSeconds: bufferInterval.toSeconds(), database };
  };
  const checkedNetwork = (network: NetworkPlacement | undefined): NetworkPlacement | undefined => {
    const groups = network?.securityGroups?.length;
    if (groups !== undefined) whole('network.securityGroups', groups, 1, 5, 'groups');
    return network;
  };

  const removalPolicy = props.removalPolicy ?? RemovalPolicy.RETAIN;
  const settings: PipelineSettings = {
    entry,
    name,
    startingAt,
    lanes: whole('lanes', props.lanes ?? 1, 1, LANES_MAX, 'lanes'),
    inputShardCount: whole('inputShardCount', props.inputShardCount ?? 1, 1, 10_000, 'shards'),
    outputShardCount: whole('outputShardCount', props.outputShardCount ?? 1, 1, 10_000, 'shards'),
    panesPerRecord: oneOf('panesPerRecord', props.panesPerRecord ?? 'one', ['one', 'many']),
    sideShardCount: whole('sideShardCount', props.sideShardCount ?? 1, 1, 10_000, 'shards'),
    streamRetention,
    batchSize: whole('batchSize', props.batchSize ?? 10_000, 1, 10_000, 'records'),
    batchWindow: wholeSeconds('batchWindow', props.batchWindow ?? Duration.seconds(1), 1, 300),
    discard,
    tickInterval,
    ingestMemoryMb: whole('ingestMemoryMb', props.ingestMemoryMb ?? 512, 128, 10_240, 'MB'),
    fireMemoryMb: whole('fireMemoryMb', props.fireMemoryMb ?? 1_769, 128, 10_240, 'MB'),
    ingestTimeout: wholeSeconds('ingestTimeout', props.ingestTimeout ?? Duration.minutes(1), 1, 900),
    fireTimeout: wholeSeconds('fireTimeout', props.fireTimeout ?? Duration.minutes(5), 1, 900),
    fireReservedConcurrency:
      props.fireReservedConcurrency === undefined
        ? undefined
        : whole('fireReservedConcurrency', props.fireReservedConcurrency, 1, 1_000, 'runs at a time'),
    encryptionKey: props.encryptionKey,
    network: checkedNetwork(props.network),
    stateRetentionDays,
    payloadsFromBytes:
      props.payloads && whole('payloads.fromBytes', props.payloads.fromBytes ?? PAYLOADS_FROM_BYTES, 1, PAYLOADS_FROM_BYTES_MAX, 'bytes'),
    history: props.history && settledHistory(props.history),
    logRetention: props.logRetention ?? logs.RetentionDays.ONE_MONTH,
    logLevel: oneOf('logLevel', props.logLevel ?? 'INFO', LOG_LEVELS),
    tracing: props.tracing ?? false,
    metrics: oneOf('metrics', props.metrics ?? 'vital', METRIC_LEVELS),
    service,
    dashboard: props.dashboard ?? false,
    alarms: {
      topic: alarms.topic,
      runbooksUrl: alarms.runbooksUrl ?? 'docs/runbooks',
      ingestLagMax: wholeMinutes('alarms.ingestLagMax', alarms.ingestLagMax ?? Duration.minutes(10), 1, MINUTES_A_WEEK),
      watermarkStuckMax: wholeMinutes('alarms.watermarkStuckMax', alarms.watermarkStuckMax ?? Duration.minutes(15), 1, MINUTES_A_WEEK),
      tooLateEventsMax: whole('alarms.tooLateEventsMax', alarms.tooLateEventsMax ?? 0, 0, Number.MAX_SAFE_INTEGER, 'events'),
      sideRecordsMax: whole('alarms.sideRecordsMax', alarms.sideRecordsMax ?? SIDE_RECORDS_MAX, 0, Number.MAX_SAFE_INTEGER, 'records'),
      historyLagMax,
    },
    removalPolicy,
    deletionProtection: props.deletionProtection ?? removalPolicy !== RemovalPolicy.DESTROY,
  };

  // Last of all, for it takes the longest.
  const facts = props.checkDefinition === false ? undefined : evaluateDefinition(settings.entry);
  if (facts === undefined) return settings;
  requireFitting(facts, { lanes: props.lanes, stateRetentionDays }, refuse);
  return { ...settings, lanes: facts.lanes };
}
