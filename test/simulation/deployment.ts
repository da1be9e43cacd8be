import type { Context, KinesisStreamEvent } from 'aws-lambda';
import { createFireHandler, type FireEvent } from '../../functions/fire/handler.ts';
import { timeLimitOf } from '../../functions/fire/time-limit.ts';
import { createIngestHandler } from '../../functions/ingest/handler.ts';
import { DynamoDBLogStore, type DynamoDBLogStoreOptions } from '../../shared/adapters/dynamodb/dynamodb-log-store.ts';
import { KinesisPublisher } from '../../shared/adapters/kinesis/kinesis-publisher.ts';
import { kinesisShardDirectory } from '../../shared/adapters/kinesis/kinesis-shard-directory.ts';
import { KinesisShardProbe } from '../../shared/adapters/kinesis/kinesis-shard-probe.ts';
import { lambdaWaker } from '../../shared/adapters/lambda/lambda-waker.ts';
import { Fire, type FirePorts } from '../../shared/firing/fire.ts';
import type { FireReport } from '../../shared/firing/fire-report.ts';
import { type SnapshotPolicy, snapshotRule } from '../../shared/firing/snapshot-policy.ts';
import type { IngestPorts } from '../../shared/ingest/ingest.ts';
import { FIRST_LANE, type Lane } from '../../shared/pipeline/lane.ts';
import type { Pipeline } from '../../shared/pipeline/pipeline.ts';
import type { ShardId } from '../../shared/watermarks/shard.ts';
import { type ConsumerKind, createConsumerHandler } from './consumer.ts';
import type { Mistake, MistakenSandbox } from './mistake.ts';
import { Random } from './random.ts';
import { Sandbox } from './sandbox.ts';
import { SimulatedFunction } from './simulated-function.ts';
import type { SimulatedDirectory } from './simulated-directory.ts';
import type { SimulatedKinesis } from './simulated-kinesis.ts';
import { SimulatedLambda } from './simulated-lambda.ts';
import { drawObjectsFromBytes, type SimulatedObjects } from './simulated-objects.ts';
import type { SimulatedStream } from './simulated-stream.ts';
import type { SimulatedTable } from './simulated-table.ts';
import type { SentEvent } from './sent-event.ts';
import type { World } from './world.ts';

/** What lies around the functions. */
export interface Surroundings {
  readonly pipeline: Pipeline<SentEvent>;
  readonly input: SimulatedStream;
  readonly table: SimulatedTable;
  readonly objects: SimulatedObjects;
  readonly kinesis: SimulatedKinesis;
  readonly directory: SimulatedDirectory;
  /** Shorter than the stream lists shards that have ended; absent: as it is deployed. */
  readonly looksApartMsMax: number | undefined;
  readonly consumer: { readonly kind: ConsumerKind; readonly reportsFailures: boolean; readonly tookEffect: (pane: string) => void };
}

const FUNCTION_TIMEOUT_MS = 60_000;
/** A snapshot whenever one can be. */
const EAGER_SNAPSHOTS: SnapshotPolicy = { isDue: () => true, isWorth: () => true };

/** The functions as they are deployed: the real handlers and adapters, over clients that lead into the simulated world; around them, perhaps, a mistake. */
export class Deployment {
  readonly ingest: SimulatedFunction<KinesisStreamEvent>;
  /** One a lane. */
  readonly fire: readonly SimulatedFunction<FireEvent>[];
  readonly consumer: SimulatedFunction<KinesisStreamEvent>;
  readonly #world: World;
  readonly #mistake: Mistake;
  readonly #around: Surroundings;
  readonly #pipeline: Pipeline<SentEvent>;
  readonly #snapshots: SnapshotPolicy | undefined;
  /** Whether ingest tells fire that something may leave; otherwise there is the schedule alone. */
  readonly #wakes: boolean;
  readonly #lambda: SimulatedLambda;
  /** Whether panes share records. */
  readonly #packs: boolean;
  readonly #objectsFromBytes: number | undefined;
  /** After how many panes it is noted how far an epoch is out; as it is deployed, no history has so many. */
  readonly #portion: number | undefined;
  readonly #log: Pick<DynamoDBLogStoreOptions, 'retentionDays' | 'inlineBytesMax' | 'chunkBytes' | 'lookFromBytes'>;

  constructor(world: World, mistake: Mistake, around: Surroundings) {
    const { random, faults } = world;
    this.#world = world;
    this.#mistake = mistake;
    this.#around = around;
    this.#pipeline = mistake.pipeline?.(around.pipeline) ?? around.pipeline;
    const isSmall = faults.strikes('small-items', 1);
    const sizes = isSmall ? { inlineBytesMax: random.pick([0, 700, 1_500]), chunkBytes: 500, lookFromBytes: 0 } : {};
    // A transaction takes 100 items, and where every pane is one, panes are not to share records.
    this.#packs = drawPacks(world.seed) && around.consumer.kind !== 'inTransaction';
    this.#portion = drawPortion(world.seed);
    this.#objectsFromBytes = isSmall ? drawObjectsFromBytes(world.seed) : undefined;
    this.#log = { retentionDays: mistake.retentionDays ?? 1, ...sizes };
    this.#snapshots = random.pick([undefined, snapshotRule(1), snapshotRule(1_000), EAGER_SNAPSHOTS]);
    this.#wakes = random.chance(0.3);
    const timeoutMs = FUNCTION_TIMEOUT_MS;
    this.ingest = new SimulatedFunction(world, { name: 'ingest', timeoutMs, start: (sandbox) => this.#startIngest(sandbox) });
    this.fire = Array.from(
      { length: this.#pipeline.lanes },
      (_each, lane) =>
        new SimulatedFunction(world, { name: fireName(lane), timeoutMs, start: (sandbox) => this.#startFire(sandbox, lane) }),
    );
    this.#lambda = new SimulatedLambda(world, (name, payload) => {
      void this.fire.find((_each, lane) => fireName(lane) === name)?.invoke(JSON.parse(payload) as FireEvent);
    });
    this.consumer = new SimulatedFunction(world, { name: 'consumer', timeoutMs, start: (sandbox) => this.#startConsumer(sandbox) });
  }

  /** The table, as somebody reaches it who is no function. */
  outsider(name: string): { sandbox: Sandbox; logStore: DynamoDBLogStore } {
    const sandbox = new Sandbox(name, this.#world.time, 0);
    return { sandbox, logStore: this.#make(sandbox).logStore };
  }

  #startIngest(sandbox: Sandbox) {
    const made = this.#make(sandbox);
    const correct: IngestPorts = {
      logStore: made.logStore,
      sideStream: made.publisher('side'),
      clock: sandbox.clock,
      timer: sandbox.timer,
      ...(this.#wakes
        ? {
            waker: lambdaWaker(
              this.#lambda.client(sandbox),
              this.fire.map((_each, lane) => fireName(lane)),
            ),
          }
        : {}),
    };
    return createIngestHandler(this.#lookingUp(sandbox), this.#mistake.ingestPorts?.(correct, made) ?? correct);
  }

  /** The pipeline, whose lookups go out from a function. */
  #lookingUp(sandbox: Sandbox): Pipeline<SentEvent> {
    const { enrichment } = this.#pipeline;
    if (enrichment === undefined) return this.#pipeline;
    const correct = { ...enrichment, lookup: this.#around.directory.client(sandbox, enrichment.timeoutMs) };
    return { ...this.#pipeline, enrichment: this.#mistake.enrichment?.(correct) ?? correct };
  }

  #startFire(sandbox: Sandbox, lane: Lane) {
    const heard = new Set<ShardId>();
    const made = this.#make(sandbox, (closed) => {
      for (const shard of closed) heard.add(shard);
    });
    const correct: FirePorts = {
      logStore: made.logStore,
      outputStream: made.publisher('output'),
      sideStream: made.publisher('side'),
      shards: kinesisShardDirectory(made.kinesis, 'input'),
      shardProbe: new KinesisShardProbe(made.kinesis, 'input'),
      clock: sandbox.clock,
    };
    const handler = this.#firing(this.#mistake.firePorts?.(correct, made, lane) ?? correct, lane);
    return async (event: FireEvent, context: Context) => {
      heard.clear();
      const report = await handler(event, context);
      // What it heard of has been taken in.
      for (const id of heard) {
        const shard = this.#around.input.shards.get(id);
        shard?.notedBy.add(lane);
      }
      return report;
    };
  }

  #firing(ports: FirePorts, lane: Lane): (event: FireEvent, context: Context) => Promise<FireReport> {
    const { decide } = this.#mistake;
    const snapshots = this.#snapshots;
    // Snapshots as they are deployed wait for more commits than most histories have.
    const portion = this.#portion;
    const { looksApartMsMax } = this.#around;
    if ([decide, snapshots, portion, looksApartMsMax].every((each) => each === undefined))
      return createFireHandler(this.#pipeline, { ...ports, lane });
    const fire = new Fire(this.#pipeline, ports, { lane, decide, snapshots, looksApartMsMax, portion });
    return async ({ action = 'fire' }, context) => (action === 'drain' ? fire.drain() : fire.fire(timeLimitOf(context)));
  }

  #startConsumer(sandbox: Sandbox) {
    const { consumer } = this.#around;
    const { tableClient, kinesis } = this.#make(sandbox);
    return createConsumerHandler(this.#world, { ...consumer, sandbox, tableClient, kinesis, change: this.#mistake.consumer });
  }

  #make(sandbox: Sandbox, heard?: (closed: readonly ShardId[]) => void) {
    const { table, objects, kinesis: streams, input } = this.#around;
    const plainTable = table.client(sandbox);
    const tableClient = this.#mistake.tableClient?.(plainTable) ?? plainTable;
    const plainKinesis = streams.client(sandbox, heard);
    const kinesis = this.#mistake.kinesisClient?.(plainKinesis) ?? plainKinesis;
    const plainObjects = objects.client(sandbox);
    const store = this.#mistake.objects?.(plainObjects) ?? plainObjects;
    const fromBytes = this.#objectsFromBytes;
    const logStore = new DynamoDBLogStore({
      client: tableClient,
      tableName: 'state',
      clock: sandbox.clock,
      ...this.#log,
      ...(fromBytes === undefined ? {} : { objects: { store, written: { at: 'objects:', fromBytes } } }),
    });
    const publisher = (stream: 'output' | 'side') =>
      new KinesisPublisher({
        client: kinesis,
        streamName: stream,
        packs: stream === 'output' && this.#packs,
        sleep: async (ms) => sandbox.sleep(ms),
      });
    const made: MistakenSandbox = { sandbox, stream: input, pipeline: this.#pipeline, tableClient };
    return { ...made, kinesis, logStore, publisher };
  }
}

/** Drawn apart from all else, so that a seed without packing means the same history as ever. */
function drawPacks(seed: number): boolean {
  return new Random(seed ^ 0x9ac4).chance(0.3);
}

function drawPortion(seed: number): number | undefined {
  const random = new Random(seed ^ 0x90f7);
  return random.chance(0.3) ? random.pick([1, 2, 5]) : undefined;
}

function fireName(lane: Lane): string {
  return lane === FIRST_LANE ? 'fire' : `fire-${lane}`;
}
