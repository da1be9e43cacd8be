import type { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as kinesis from 'aws-cdk-lib/aws-kinesis';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type { HistoryRule } from './history-rule.ts';

/** What a `WindowPipeline` can be told. Only `entry` has no default. */
export interface WindowPipelineProps {
  /**
   * Path of the module whose default export is the pipeline definition, or of a configuration, `pipeline.yaml`. A relative one counts from the working
   * directory of the app; `join(import.meta.dirname, 'pipeline.ts')` does not depend on it.
   */
  readonly entry: string;

  /**
   * Which profile of a configuration is deployed.
   *
   * @default the one that the environment variable MULLION_PROFILE names, where the configuration has profiles; else what all of them say, alone
   */
  readonly profile?: string;

  /**
   * What the pipeline is called: its logs, panes and refusals carry the name. Another name beside a pipeline that runs is a replay: the same definition
   * over the same stream from its `startingPosition` on, with a table and an output of its own. 1 to 64 letters, digits, - or _, a letter first.
   *
   * @default as the definition says
   */
  readonly name?: string;

  /**
   * From where on a pipeline that is new reads the input stream: all that it keeps, or what arrived from a moment on. `LATEST` is none: between the deployment and the
   * first read it would skip records, and nobody could say which; give the moment. Leave it as it is afterwards: what was read is known from the logs.
   *
   * @default 'TRIM_HORIZON'
   */
  readonly startingPosition?: 'TRIM_HORIZON' | Date;

  /**
   * Into how many lanes the pipeline splits its keys. Each has a fire function of its own. It is a prop only for `checkDefinition: false`: another number than the
   * definition's is refused, here, and otherwise by the functions when they start.
   *
   * @default as the definition says; 1 without a look at it
   */
  readonly lanes?: number;

  /**
   * Whether the definition is looked at when the app is synthesized: the module is loaded once, in a process of its own and without the environment of this machine. What it
   * says and these props do not allow fails then, and so does a module that cannot be loaded. Without, it fails when the functions start.
   *
   * @default true
   */
  readonly checkDefinition?: boolean;

  /**
   * The stream that producers write to, of this account and region.
   *
   * @default a new provisioned stream with `inputShardCount` shards
   */
  readonly inputStream?: kinesis.IStream;

  /**
   * Shards of the input stream when the construct makes it. One takes 1 MB/s or 1,000 records/s.
   *
   * @default 1
   */
  readonly inputShardCount?: number;

  /**
   * Shards of the output stream, which carries the fired panes.
   *
   * @default 1, because panes are few beside events
   */
  readonly outputShardCount?: number;

  /**
   * Whether a record of the output stream is one pane, or holds as many as fit into 25 KB, a line each. Many cost less, and a shard takes more of them a second;
   * consumers must split records, as `freshPanes` does. Nothing that is stored depends on it.
   *
   * @default 'one'
   */
  readonly panesPerRecord?: 'one' | 'many';

  /**
   * Shards of the side stream, which carries refused events: late, invalid, from the future.
   *
   * @default 1
   */
  readonly sideShardCount?: number;

  /**
   * How long the streams made here keep their records, 24 hours to 365 days. For the input stream this is how long an
   * outage of the functions may last before events are lost; Kinesis charges extra beyond 24 hours.
   *
   * @default as a configuration says; else Duration.hours(24)
   */
  readonly streamRetention?: Duration;

  /**
   * The most records that one batch holds, 1 to 10,000. A batch is one write to the table whatever its size, so small
   * batches only cost more. Lambda also cuts a batch at 6 MB.
   *
   * @default 10,000
   */
  readonly batchSize?: number;

  /**
   * How long Lambda gathers records for a batch, 1 to 300 whole seconds: the delay of the first event in it, and the
   * longest time between two writes of a busy shard. Raise it to pay less, for windows of minutes and more.
   *
   * @default Duration.seconds(1), Lambda polls no more often than about that anyway
   */
  readonly batchWindow?: Duration;

  /**
   * Stays 1. With more, batches of one shard overtake each other, and the position up to which the shard has been folded
   * in would no longer say which records are in. It is a prop only so that asking for more gets this answer.
   *
   * @default 1
   */
  readonly parallelizationFactor?: number;

  /**
   * Leave to give up on records. Without it a batch that fails is tried again until the records leave the stream, and its
   * shard waits meanwhile: nothing is lost while `streamRetention` lasts.
   *
   * @default never discard
   */
  readonly discard?: DiscardRule;

  /**
   * Time between two scheduled runs of fire, 1 to 60 whole minutes (EventBridge knows nothing shorter). It bounds how late
   * the last window closes when traffic stops. An idle pipeline pays for these runs and for the shards, nothing else.
   *
   * @default Duration.minutes(1)
   */
  readonly tickInterval?: Duration;

  /**
   * Memory of ingest, 128 to 10,240 MB; it sets the share of a processor too (1,769 MB is one whole).
   *
   * @default 512, decoding a full batch takes a fraction of a second with that
   */
  readonly ingestMemoryMb?: number;

  /**
   * Memory of fire, 128 to 10,240 MB. Fire keeps the open windows in memory between runs.
   *
   * @default 1,769, one whole processor
   */
  readonly fireMemoryMb?: number;

  /**
   * Time limit of ingest, 1 to 900 seconds. A batch needs little of it; the rest is for waiting while DynamoDB throttles.
   *
   * @default Duration.minutes(1)
   */
  readonly ingestTimeout?: Duration;

  /**
   * Time limit of fire, 1 to 900 seconds. The longest run reads back a whole log after a long outage.
   *
   * @default Duration.minutes(5)
   */
  readonly fireTimeout?: Duration;

  /**
   * How many of each fire function may run at a time, 1 to 1,000: concurrency of the account that is set aside for it and that nothing else can use. Fire is correct with any
   * number and without: two that run at a time race for one epoch, and one of them wins. 1 saves the other's work; set it also where other functions use up the account's.
   *
   * @default none is set aside, because an account must keep 100 for everything else and a new one may have little more
   */
  readonly fireReservedConcurrency?: number;

  /**
   * The key that everything made here is encrypted with: table, streams, buckets, logs. The functions may use it, and CloudWatch Logs; so must whoever reads or writes the
   * streams. A key that was made elsewhere (`Key.fromKeyArn`) must allow that in its own policy. It must be enabled for as long as the pipeline lives: without it nothing
   * can be read.
   *
   * @default the account's keys that AWS manages, one a service, which cost nothing to have and need no policy
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * Where in a network of yours the functions run. They need nothing in it but the endpoints of what they call.
   *
   * @default in none, from where all of AWS can be reached
   */
  readonly network?: NetworkPlacement;

  /**
   * How long items of the log stay in the table after they were written (TTL), whole days, at least 2. It must exceed the
   * retention of the input stream: a record that is delivered again must still find what was written for it; and the allowed lateness of every window: as long as a window can
   * still fire, it must be possible to say from what.
   *
   * @default as a configuration says; else Duration.days(30)
   */
  readonly stateRetention?: Duration;

  /**
   * Puts large payloads (commits, epochs, snapshots) into a bucket that is made here; the table then holds a reference, of one write unit. A `PUT` costs as
   * much as 8 write units, so it pays above about 9 KiB: a batch of about 1,000 keys. It adds some 20 to 50 ms to a write and to a read.
   *
   * Once on, leave it on for as long as `stateRetention`: what is in the bucket is read from there. To stop writing to it, raise `fromBytes`.
   *
   * @default never: everything is in the table
   */
  readonly payloads?: PayloadRule;

  /**
   * Keeps the panes that were fired in a bucket that is made here, by day, where Athena can query them at once. Without it panes are gone when the output stream's retention
   * ends. It reads the output stream as any consumer does.
   *
   * @default none is kept
   */
  readonly history?: HistoryRule;

  /**
   * How long the functions' logs are kept.
   *
   * @default one month
   */
  readonly logRetention?: logs.RetentionDays;

  /**
   * Which lines the functions write: `DEBUG` has one a batch and a firing, `INFO` one an epoch, `WARN` only what someone should look at. None holds a payload, a key or a value.
   *
   * @default 'INFO'
   */
  readonly logLevel?: LogLevel;

  /**
   * Whether Lambda traces the functions with X-Ray: how long they wait, start and run, by request. It is $5 a million traces, of which Lambda takes one a second and a twentieth of the rest.
   *
   * @default false
   */
  readonly tracing?: boolean;

  /**
   * Which metrics the functions publish. CloudWatch charges $0.30 a month for each that has a value in every hour of it, and nothing for those that have none: `vital` are
   * those that alarms and dashboard need, three of a healthy pipeline and none of an idle one; `all` are some twenty; `shards` has the watermark lag of every shard besides.
   *
   * @default 'vital'
   */
  readonly metrics?: 'none' | 'vital' | 'all' | 'shards';

  /**
   * When alarms go off, and who hears of it. There are always the same eight (one more a lane, one with `discard`, two with `history`), of $0.10 a month each; each names its runbook.
   *
   * @default as said with each; they notify nobody
   */
  readonly alarms?: AlarmRules;

  /**
   * Whether to make a CloudWatch dashboard of its own: is it healthy, how late is it, what is it costing. It is $3 a month, beyond the first three of an account; for one dashboard of
   * several pipelines, put `pipeline.widgets` on it.
   *
   * @default false
   */
  readonly dashboard?: boolean;

  /**
   * What happens to the table, the buckets, the streams made here and the logs when they leave the stack.
   *
   * @default RETAIN, because the table is the only copy of open windows
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * Whether DynamoDB refuses to delete the table.
   *
   * @default true, unless removalPolicy is DESTROY
   */
  readonly deletionProtection?: boolean;
}

/** When alarms go off, and who hears of it. */
export interface AlarmRules {
  /**
   * Is told when one goes off, and when that is over.
   *
   * @default nobody; `pipeline.alarms` can be given actions, too
   */
  readonly topic?: sns.ITopic;

  /**
   * Where the runbooks are, so that an alarm links to its page: an address without the last slash, to which `/watermark-stuck.md`, say, is added.
   *
   * @default 'docs/runbooks', a place in this package
   */
  readonly runbooksUrl?: string;

  /**
   * How long records may wait in the input stream, whole minutes.
   *
   * @default Duration.minutes(10)
   */
  readonly ingestLagMax?: Duration;

  /**
   * How long the watermark may stand still while events come, or the pipeline be paused, whole minutes. Give it more than any pause of your own.
   *
   * @default Duration.minutes(15)
   */
  readonly watermarkStuckMax?: Duration;

  /**
   * How many events may be too late in each of three periods of five minutes.
   *
   * @default 0: late events are no surprise, but a quarter of an hour of them is
   */
  readonly tooLateEventsMax?: number;

  /**
   * How many records may reach the side stream, for whatever reason, in each of three periods of five minutes.
   *
   * @default 300, one a second
   */
  readonly sideRecordsMax?: number;

  /**
   * How long panes may take into the history, whole minutes, more than `history.bufferInterval`.
   *
   * @default Duration.hours(1)
   */
  readonly historyLagMax?: Duration;
}

/** Where in a network functions run. */
export interface NetworkPlacement {
  /** The network that the functions are in. */
  readonly vpc: ec2.IVpc;

  /**
   * Subnets in which DynamoDB, Kinesis and Lambda can be reached, and S3 where something goes there.
   *
   * @default the private ones of the VPC
   */
  readonly subnets?: ec2.SubnetSelection;

  /**
   * One to five.
   *
   * @default one is made that lets HTTPS out and nothing in
   */
  readonly securityGroups?: readonly ec2.ISecurityGroup[];
}

export const LOG_LEVELS = ['DEBUG', 'INFO', 'WARN'] as const;
/** From which level on the functions write lines to their logs. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Which payloads are large. */
export interface PayloadRule {
  /**
   * From how many bytes on, 1 to 1,073,741,824.
   *
   * @default 9,216, where it begins to cost less
   */
  readonly fromBytes?: number;
}

/** When to give up on records that ingest cannot process, and where they go then. Results are incomplete afterwards. */
export interface DiscardRule {
  /**
   * Receives the discarded records themselves. Queues and topics would get their places only, so they are not offered. It must send its events to EventBridge, so that panes can say that they
   * may be incomplete: a bucket of this app is set up to, of one from elsewhere its owner has to (`eventBridgeEnabled`).
   */
  readonly bucket: s3.IBucket | s3.Bucket;

  /**
   * Attempts after the first, 0 to 10,000. Splitting a failed batch in two does not count as one.
   *
   * @default no limit
   */
  readonly retryAttempts?: number;

  /**
   * Age of a record from its arrival in the stream, 60 seconds to 7 days.
   *
   * @default no limit
   */
  readonly recordAge?: Duration;
}
