import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KinesisClient } from '@aws-sdk/client-kinesis';
import { bundleFunction, type PipelineEntry } from '../functions/bundle.ts';
import type { FireEvent } from '../functions/fire/handler.ts';
import type { FireReport } from '../shared/firing/fire-report.ts';
import { together } from '../shared/firing/fire-lanes.ts';
import type { PipelineSwitch } from '../shared/ports/pipeline-switch.ts';
import { SwitchedMapping } from './event-source-mapping/switched-mapping.ts';
import type { FailureDocument } from './event-source-mapping/failure-document.ts';
import { LambdaEndpoint } from './lambda/lambda-endpoint.ts';
import { responseOf } from './lambda/invocation.ts';
import { LocalFunction } from './lambda/local-function.ts';
import { type Schedule, startSchedule } from './schedule.ts';

/** Names of what a pipeline works on. */
export interface PipelineResources {
  readonly tableName: string;
  readonly inputStream: string;
  readonly outputStream: string;
  readonly sideStream: string;
}

export interface SystemOptions {
  /** The pipeline module, or its configuration. */
  readonly pipelineEntry: PipelineEntry;
  readonly resources: PipelineResources;
  readonly kinesis: KinesisClient;
  /** What the functions need to reach the services: endpoints, region, credentials. */
  readonly environment: Readonly<Record<string, string>>;
  /** What the pipeline is called, where it is not as its definition says. */
  readonly name?: string;
  /** From which moment on the input stream is read. Default: all that it keeps. */
  readonly startingAt?: Date;
  readonly fireEveryMs: number;
  /** As many as the pipeline's definition says; 1 by default. */
  readonly lanes?: number;
  /** Gets what goes wrong and is tried again, and what the functions write. */
  readonly onTrouble: (line: string) => void;
  /** Told what every firing reports. */
  readonly onFired?: (report: FireReport) => void;
  /** Gets what the event source mapping gives up on. */
  readonly onDiscarded?: (document: FailureDocument) => void;
}

// As the construct sets them.
const BATCH_SIZE = 10_000;
const BATCH_WINDOW_MS = 1_000;
// As the construct has them: fire holds the state of all that is open.
const MEMORY_MB = { ingest: 512, fire: 1_769 } as const;
// As many environments as this machine has use for; shards beyond wait for each other.
const INGEST_CONCURRENCY_MAX = 4;

/**
 * A pipeline as it runs in AWS, on this machine: the built functions in processes of their own, an event source mapping before one, a
 * schedule before the other, which the first one also wakes. Streams and table must be there.
 */
export class LocalSystem {
  readonly ingest: LocalFunction;
  /** One a lane. */
  readonly fire: readonly LocalFunction[];
  /** Starts and stops deliveries to ingest. */
  readonly switch: PipelineSwitch;
  readonly #mapping: SwitchedMapping;
  readonly #schedule: Schedule;
  readonly #lambda: LambdaEndpoint;
  readonly #bundles: string;

  private constructor(
    { ingest, fire }: Pick<LocalSystem, 'ingest' | 'fire'>,
    mapping: SwitchedMapping,
    schedule: Schedule,
    lambda: LambdaEndpoint,
    bundles: string,
  ) {
    this.ingest = ingest;
    this.fire = fire;
    this.switch = mapping;
    this.#mapping = mapping;
    this.#schedule = schedule;
    this.#lambda = lambda;
    this.#bundles = bundles;
  }

  static async start(options: SystemOptions): Promise<LocalSystem> {
    const { pipelineEntry, resources, kinesis, onTrouble, onFired, onDiscarded, lanes = 1 } = options;
    const bundles = mkdtempSync(join(tmpdir(), 'mullion-'));
    const onFailure = (errorMessage: string) => onTrouble(`fire failed: ${errorMessage}; the next tick goes on from there`);
    const lambda = await LambdaEndpoint.start({
      onOutcome: (_name, outcome) => {
        if (outcome.kind === 'failed') onFailure(outcome.error.errorMessage);
        else onFired?.(outcome.response as FireReport);
      },
    });
    const environment = {
      ...options.environment,
      MULLION_TABLE: resources.tableName,
      MULLION_INPUT_STREAM: resources.inputStream,
      MULLION_OUTPUT_STREAM: resources.outputStream,
      MULLION_SIDE_STREAM: resources.sideStream,
      MULLION_FIRE_FUNCTIONS: Array.from({ length: lanes }, (_each, lane) => fireName(lane)).join(','),
      MULLION_LANES: String(lanes),
      MULLION_NAME: options.name ?? '',
      MULLION_STARTING_AT: options.startingAt?.toISOString() ?? '',
      AWS_ENDPOINT_URL_LAMBDA: lambda.endpoint,
      NODE_OPTIONS: '--enable-source-maps',
      // What fires is on the screen already.
      POWERTOOLS_LOG_LEVEL: 'WARN',
    };
    const build = (kind: keyof typeof MEMORY_MB) => {
      const directory = join(bundles, kind);
      bundleFunction({ kind, pipelineEntry, outdir: directory });
      return (functionName: string, concurrencyMax: number, variables: Readonly<Record<string, string>> = {}) =>
        new LocalFunction({
          functionName,
          directory,
          memoryMb: MEMORY_MB[kind],
          environment: { ...environment, ...variables },
          concurrencyMax,
          onLog: ({ line }) => onTrouble(`${functionName}: ${line}`),
        });
    };
    let ingest: LocalFunction;
    let fire: readonly LocalFunction[];
    try {
      ingest = build('ingest')('ingest', INGEST_CONCURRENCY_MAX);
      const buildLane = build('fire');
      fire = Array.from({ length: lanes }, (_each, lane) => buildLane(fireName(lane), 1, { MULLION_LANE: String(lane) }));
    } catch (error) {
      rmSync(bundles, { recursive: true });
      await lambda.stop();
      throw error;
    }
    for (const each of fire) lambda.serve(each);

    const mapping = await SwitchedMapping.start({
      kinesis,
      streamName: resources.inputStream,
      target: ingest,
      startingPosition: options.startingAt ?? 'TRIM_HORIZON',
      configuration: {
        batchSize: BATCH_SIZE,
        batchWindowMs: BATCH_WINDOW_MS,
        bisectBatchOnFunctionError: true,
        functionResponseTypes: ['ReportBatchItemFailures'],
      },
      onDelivery: ({ shardId, outcome }) => {
        if (outcome.kind === 'failed')
          onTrouble(`ingest failed on ${shardId}: ${outcome.error.errorMessage}; its batch is delivered again`);
      },
      onError: (error) => onTrouble(`event source mapping: ${error instanceof Error ? error.message : String(error)}; it tries again`),
      ...(onDiscarded === undefined ? {} : { onFailure: onDiscarded }),
    });
    const schedule = startSchedule({
      everyMs: options.fireEveryMs,
      run: async () => {
        for (const report of await Promise.all(fire.map((lane) => invokeFire(lane, {})))) onFired?.(report);
      },
      onError: (error) => onFailure(error instanceof Error ? error.message : String(error)),
    });
    return new LocalSystem({ ingest, fire }, mapping, schedule, lambda, bundles);
  }

  /** Resolves when everything on the input stream is committed. */
  caughtUp(): Promise<void> {
    return this.#mapping.caughtUp();
  }

  /** Fires what is left as final panes, however often it takes. */
  async drain(attemptsMax = 5): Promise<FireReport> {
    const reports = await Promise.all(this.fire.map((lane) => drainLane(lane, attemptsMax)));
    return reports.reduce(together);
  }

  /** Lets what is in flight finish, and ends the processes. Streams and table stay. */
  async stop(): Promise<void> {
    await Promise.all([this.#mapping.stop(), this.#schedule.stop()]);
    await Promise.all([this.ingest, ...this.fire].map((each) => each.stop()));
    await this.#lambda.stop();
    rmSync(this.#bundles, { recursive: true, force: true });
  }
}

async function invokeFire(fire: LocalFunction, event: FireEvent): Promise<FireReport> {
  return responseOf(await fire.invoke(event)) as FireReport;
}

async function drainLane(fire: LocalFunction, attemptsMax: number): Promise<FireReport> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await invokeFire(fire, { action: 'drain' });
    } catch (error) {
      if (attempt === attemptsMax) throw error;
    }
  }
}

function fireName(lane: number): string {
  return lane === 0 ? 'fire' : `fire-${lane}`;
}
