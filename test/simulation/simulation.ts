import type { Context, KinesisStreamEvent } from 'aws-lambda';
import { createFireHandler, type FireEvent } from '../../functions/fire/handler.ts';
import { createIngestHandler } from '../../functions/ingest/handler.ts';
import { mappingConfiguration } from '../../local/event-source-mapping/configuration.ts';
import type { InvocationOutcome } from '../../local/lambda/invocation.ts';
import { DynamoDBLogStore } from '../../shared/adapters/dynamodb/dynamodb-log-store.ts';
import { KinesisPublisher } from '../../shared/adapters/kinesis/kinesis-publisher.ts';
import { kinesisShardDirectory } from '../../shared/adapters/kinesis/kinesis-shard-directory.ts';
import { KinesisShardProbe } from '../../shared/adapters/kinesis/kinesis-shard-probe.ts';
import { Fire, type FirePorts, type FireReport } from '../../shared/firing/fire.ts';
import { type SnapshotPolicy, snapshotRule } from '../../shared/firing/snapshot-policy.ts';
import type { IngestPorts } from '../../shared/ingest/ingest.ts';
import { snapshotLog } from '../../shared/log/keys.ts';
import type { ShardId } from '../../shared/watermarks/shard.ts';
import { Invariants } from './invariants.ts';
import type { Mistake } from './mistake.ts';
import { checkEnding, type Ending } from './oracle.ts';
import { Producers } from './producers.ts';
import type { Sandbox } from './sandbox.ts';
import { SimulatedFunction } from './simulated-function.ts';
import { SimulatedKinesis } from './simulated-kinesis.ts';
import { SimulatedMapping } from './simulated-mapping.ts';
import { SimulatedStream } from './simulated-stream.ts';
import { SimulatedTable } from './simulated-table.ts';
import { drawWorkload, type Workload } from './workload.ts';
import type { World } from './world.ts';

const FUNCTION_TIMEOUT_MS = 60_000;
const EVENTS_MAX = 400_000;
const CALM_TICK_MS_MIN = 10_000;
// Longer than the longest window, with its lateness and the largest bound.
const CALM_TICKS_MAX = 240;
/** A snapshot whenever one can be. */
const EAGER_SNAPSHOTS: SnapshotPolicy = { isDue: () => true, isWorth: () => true };
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** One pipeline in one world: everything between the producers and the consumers, with what goes wrong. */
export class Simulation {
  readonly #world: World;
  readonly #mistake: Mistake;
  readonly #workload: Workload;
  readonly #stream: SimulatedStream;
  readonly #table: SimulatedTable;
  readonly #kinesis: SimulatedKinesis;
  readonly #invariants: Invariants;
  readonly #producers: Producers;
  readonly #ingest: SimulatedFunction<KinesisStreamEvent>;
  readonly #fire: SimulatedFunction<FireEvent>;
  readonly #snapshots: SnapshotPolicy | undefined;
  readonly #log: { readonly retentionDays: number; readonly inlineBytesMax?: number; readonly chunkBytes?: number };

  constructor(world: World, mistake: Mistake) {
    const { random, faults } = world;
    this.#world = world;
    this.#mistake = mistake;
    this.#workload = drawWorkload(random, faults);
    this.#stream = new SimulatedStream(world, 1 + random.below(3));
    this.#table = new SimulatedTable(world);
    this.#kinesis = new SimulatedKinesis(world, this.#stream);
    const windowsThatMerge = new Set(this.#workload.windows.filter(({ merges }) => merges).map(({ name }) => name));
    this.#invariants = new Invariants(world, this.#table, this.#stream, windowsThatMerge);
    this.#table.observe((item, before) => this.#invariants.written(item, before));
    this.#kinesis.observe((stream, json) => this.#invariants.taken(stream, json));
    this.#producers = new Producers(world, this.#stream, this.#workload);
    const sizes = faults.strikes('small-items', 1) ? { inlineBytesMax: random.pick([0, 700, 1_500]), chunkBytes: 150 } : {};
    this.#log = { retentionDays: mistake.retentionDays ?? 1, ...sizes };
    this.#snapshots = random.pick([undefined, snapshotRule(1), snapshotRule(1_000), EAGER_SNAPSHOTS]);
    this.#ingest = new SimulatedFunction(world, {
      name: 'ingest',
      timeoutMs: FUNCTION_TIMEOUT_MS,
      start: (sandbox) => this.#startIngest(sandbox),
    });
    this.#fire = new SimulatedFunction(world, { name: 'fire', timeoutMs: FUNCTION_TIMEOUT_MS, start: (sandbox) => this.#startFire(sandbox) });
  }

  /** Runs to the end. @returns How many events of the simulation that took. */
  async run(): Promise<number> {
    const { time } = this.#world;
    let isOver = false;
    this.#story().then(
      () => {
        isOver = true;
      },
      (error: unknown) => this.#world.accuse(error instanceof Error ? error.message : String(error), error),
    );
    const events = await time.run(() => isOver || this.#world.violation !== undefined, EVENTS_MAX);
    if (!isOver) this.#world.accuse(`after ${events} steps it has not come to an end`);
    return events;
  }

  get panes(): number {
    return this.#invariants.history.panes.length;
  }

  async #story(): Promise<void> {
    const { time, faults, random } = this.#world;
    void this.#schedule(random.pick([1_000, 5_000, 20_000, MINUTE_MS]));
    void this.#deliver();
    await this.#producers.run();
    while (!this.#stream.isDelivered) await time.sleep(1_000);
    // Let what is asleep wake up in the midst of it, now and then.
    if (random.chance(0.3)) await time.sleep(16 * MINUTE_MS);
    faults.calm();
    const report = await this.#finish();
    checkEnding(this.#ending(report));
    await this.#checkThatAllStandsInTheLogs(report);
  }

  /** Nothing fails any more, and nobody sends: time alone must close what is open, or a drain, where shards are waited for for ever. */
  async #finish(): Promise<FireReport> {
    const { idleTimeoutMs } = this.#workload;
    let report = await this.#fireCalmly('fire');
    if (idleTimeoutMs === undefined) return this.#fireCalmly('drain');
    for (let tick = 0; tick < CALM_TICKS_MAX && report.openWindows > 0; tick++) {
      await this.#world.time.sleep(Math.max(idleTimeoutMs, CALM_TICK_MS_MIN));
      report = await this.#fireCalmly('fire');
    }
    return report;
  }

  /** A function that knows nothing, without any snapshot, too, comes to the same state, and has nothing to add. */
  async #checkThatAllStandsInTheLogs(report: FireReport): Promise<void> {
    this.#fire.forget();
    if (!this.#world.faults.present.includes('expiry')) this.#table.forget(snapshotLog(this.#workload.pipeline.name));
    const again = await this.#fireCalmly('fire');
    const same = ['epoch', 'counts', 'lateByWindow', 'panesFired', 'openWindows'] as const;
    for (const fact of same) {
      const [then, now] = [JSON.stringify(report[fact]), JSON.stringify(again[fact])];
      if (then !== now) this.#world.accuse(`computed again from the logs, ${fact} is ${now}, and was ${then}`);
    }
  }

  async #fireCalmly(action: 'fire' | 'drain'): Promise<FireReport> {
    const outcome = await this.#fire.invoke({ action });
    if (outcome.kind === 'returned') return outcome.response as FireReport;
    throw new Error(`nothing goes wrong any more, and fire fails: ${outcome.error.errorType}: ${outcome.error.errorMessage}`);
  }

  #ending(report: FireReport): Ending {
    const { faults } = this.#world;
    const { windows, idleTimeoutMs } = this.#workload;
    const present = new Set(faults.present);
    // Time without traffic goes by the functions' own clocks.
    const isOrderly = !present.has('old-data') && (!present.has('clock-skew') || idleTimeoutMs === undefined);
    return { history: this.#invariants.history, sent: this.#producers.sent, windows, report, isOrderly };
  }

  /** EventBridge: a tick and the next, whatever became of the one before. */
  async #schedule(everyMs: number): Promise<void> {
    const { time, faults, random } = this.#world;
    for (;;) {
      const isLongSilence = this.#producers.isInLongSilence;
      await time.sleep(isLongSilence ? HOUR_MS : everyMs);
      if (faults.strikes('schedule', 0.02)) await time.sleep(random.pick([59_000, 10 * MINUTE_MS]));
      if (faults.strikes('schedule', 0.05)) this.#tick();
      this.#tick();
      if (this.#isCalm) return;
    }
  }

  get #isCalm(): boolean {
    return this.#producers.isDone && this.#stream.isDelivered;
  }

  #tick(): void {
    void this.#fire.invoke({});
  }

  async #deliver(): Promise<void> {
    const { time, faults, random } = this.#world;
    let main = this.#map('mapping');
    while (!this.#isCalm) {
      await time.sleep(this.#producers.isInLongSilence ? 3 * HOUR_MS : 5_000 + random.below(60_000));
      if (faults.strikes('new-mapping', 0.15)) {
        main.stop();
        main = this.#map('new mapping');
      }
      if (faults.strikes('second-mapping', 0.15)) {
        const second = this.#map('second');
        time.after(random.below(2 * MINUTE_MS), () => second.stop());
      }
    }
  }

  #map(name: string): SimulatedMapping {
    const { random, faults, trace } = this.#world;
    const reportsFailures = random.chance(0.5);
    const configuration = mappingConfiguration({
      batchSize: random.pick([1, 4, 15, 100]),
      batchWindowMs: random.pick([0, 0, 1_000]),
      bisectBatchOnFunctionError: random.chance(0.5),
      functionResponseTypes: reportsFailures ? ['ReportBatchItemFailures'] : [],
    });
    trace.note(name, `batches of ${configuration.batchSize}`);
    const { parallelizationFactor = 1 } = this.#mistake;
    return new SimulatedMapping(this.#world, this.#stream, {
      name,
      configuration: { ...configuration, parallelizationFactor },
      invoke: async (event): Promise<InvocationOutcome> => this.#ingest.invoke(event),
      keepsLineage: !faults.strikes('early-children', 0.5),
      onAcknowledged: (shard, records) => this.#invariants.acknowledged(shard, records),
    });
  }

  #startIngest(sandbox: Sandbox) {
    const { mistake, pipeline, made } = this.#made(sandbox);
    const { logStore, kinesis } = made;
    const ports: IngestPorts = { logStore, sideStream: this.#publisher(kinesis, 'side', sandbox), clock: sandbox.clock };
    return createIngestHandler(pipeline, mistake.ingestPorts?.(ports, { ...made, sandbox, pipeline, stream: this.#stream }) ?? ports);
  }

  #startFire(sandbox: Sandbox) {
    const heard = new Set<ShardId>();
    const { mistake, pipeline, made } = this.#made(sandbox, (closed) => {
      for (const shard of closed) heard.add(shard);
    });
    const { logStore, kinesis } = made;
    const correct: FirePorts = {
      logStore,
      outputStream: this.#publisher(kinesis, 'output', sandbox),
      sideStream: this.#publisher(kinesis, 'side', sandbox),
      shards: kinesisShardDirectory(kinesis, 'input'),
      shardProbe: new KinesisShardProbe(kinesis, 'input'),
      clock: sandbox.clock,
    };
    const ports = mistake.firePorts?.(correct, { ...made, sandbox, pipeline, stream: this.#stream }) ?? correct;
    // Snapshots as they are deployed wait for more commits than most histories have.
    const isAsDeployed = mistake.decide === undefined && this.#snapshots === undefined;
    const handler = isAsDeployed
      ? createFireHandler(pipeline, ports)
      : firing(new Fire(pipeline, ports, { decide: mistake.decide, snapshots: this.#snapshots }));
    return async (event: FireEvent, context: Context) => {
      heard.clear();
      const report = await handler(event, context);
      // What it heard of has been taken in.
      for (const id of heard) {
        const shard = this.#stream.shards.get(id);
        if (shard !== undefined) shard.isNoted = true;
      }
      return report;
    };
  }

  #made(sandbox: Sandbox, heard?: (closed: readonly ShardId[]) => void) {
    const mistake = this.#mistake;
    const pipeline = mistake.pipeline?.(this.#workload.pipeline) ?? this.#workload.pipeline;
    const plain = this.#table.client(sandbox);
    const tableClient = mistake.tableClient?.(plain) ?? plain;
    const plainKinesis = this.#kinesis.client(sandbox, heard);
    const kinesis = mistake.kinesisClient?.(plainKinesis) ?? plainKinesis;
    const logStore = new DynamoDBLogStore({ client: tableClient, tableName: 'state', clock: sandbox.clock, ...this.#log });
    return { mistake, pipeline, made: { tableClient, kinesis, logStore } };
  }

  #publisher(kinesis: ConstructorParameters<typeof KinesisPublisher>[0], stream: 'output' | 'side', sandbox: Sandbox): KinesisPublisher {
    return new KinesisPublisher(kinesis, stream, async (ms) => sandbox.sleep(ms));
  }
}

function firing(fire: Fire) {
  return async ({ action = 'fire' }: FireEvent): Promise<FireReport> => (action === 'drain' ? fire.drain() : fire.fire());
}
