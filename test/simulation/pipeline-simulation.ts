import { boundedOutOfOrderness, count, max, type Pane, perSource, pipeline, sum, tumbling } from 'mullion';
import { MemoryLogStore } from '../../shared/adapters/memory/memory-log-store.ts';
import { MemoryPublisher } from '../../shared/adapters/memory/memory-publisher.ts';
import { Fire, type FireReport } from '../../shared/firing/fire.ts';
import { Ingest } from '../../shared/ingest/ingest.ts';
import type { RecordCounts } from '../../shared/log/counts.ts';
import type { ShardProbe } from '../../shared/ports/shard-probe.ts';
import { decideWatermark } from '../../shared/watermarks/decide-watermark.ts';
import { type FaultRates, FaultyLogStore, FaultyPublisher, FaultyStream } from './faulty-ports.ts';
import { Random } from './random.ts';
import { type SimulatedShard, SimulatedStream } from './simulated-stream.ts';
import { Turns } from './turns.ts';

export interface Reading {
  readonly at: number;
  readonly sensor: string;
  readonly amount: number;
  readonly source: Source;
}

type Source = keyof typeof BOUND_MS;

/** How far each source's events may trail their arrival. */
const BOUND_MS = { meters: 3_000, gauges: 500, probes: 8_000 };
const IDLE_TIMEOUT_MS = 4_000;

const DEFINITION = {
  timestamp: ({ at }: Reading) => at,
  idleness: { timeout: IDLE_TIMEOUT_MS },
  windows: {
    minutes: {
      keyBy: ({ sensor }: Reading) => sensor,
      window: tumbling('4s'),
      aggregate: { readings: count(), total: sum(({ amount }: Reading) => amount), highest: max(({ amount }: Reading) => amount) },
    },
    hours: {
      keyBy: ({ sensor }: Reading) => sensor.slice(0, 1),
      window: tumbling('20s', { offset: '7s' }),
      allowedLateness: '5s' as const,
      aggregate: { total: sum(({ amount }: Reading) => amount) },
    },
  },
};

/** One source, or several with bounds of their own: half of the seeds each. */
const PIPELINES = [
  { sources: ['meters'], definition: pipeline<Reading>('readings', { ...DEFINITION, watermark: boundedOutOfOrderness(BOUND_MS.meters) }) },
  {
    sources: ['meters', 'gauges', 'probes'],
    definition: pipeline<Reading>('readings', {
      ...DEFINITION,
      watermark: perSource<Reading>(({ source }) => source, {
        meters: boundedOutOfOrderness(BOUND_MS.meters),
        gauges: boundedOutOfOrderness(BOUND_MS.gauges),
        probes: boundedOutOfOrderness(BOUND_MS.probes),
      }),
    }),
  },
] as const;

/** What happened in a run, for the oracle. */
export interface History {
  /** Every valid event of every shard. */
  readonly sent: readonly Reading[];
  readonly poison: number;
  /** As they left, repeats and all. */
  readonly panes: readonly Pane[];
  readonly refused: readonly { readonly id: string }[];
  /** Of the last firing; nothing was drained. */
  readonly report: FireReport;
  readonly counts: RecordCounts;
  readonly faults: number;
  readonly shards: number;
}

export interface World {
  readonly rates: FaultRates;
  /** How often an event is older than its bound allows. */
  readonly oldData?: number;
  /** A mistake to be found: in the decision, or in how idleness is proven. */
  readonly decide?: typeof decideWatermark;
  readonly probeWith?: (probe: ShardProbe) => ShardProbe;
  readonly looksWhen?: 'asked' | 'listed';
}

/**
 * Runs producers, shards that fall silent, lag, split, merge and vanish, at-least-once delivery in ever new cuts, three ingest and two fire
 * processes, and an output stream, in one process and in an order that the seed decides, with faults at every call. When everything is
 * delivered, time goes on without traffic until every window has closed, or does not.
 */
export async function simulate(
  seed: number,
  { rates, oldData = 0, decide = decideWatermark, probeWith = (probe) => probe, looksWhen = 'asked' }: World,
): Promise<History> {
  const random = new Random(seed);
  const turns = new Turns(random);
  const store = new MemoryLogStore();
  const output = new MemoryPublisher();
  const side = new MemoryPublisher();
  const stream = new SimulatedStream(random, 1 + random.below(3));
  const { definition, sources } = random.pick(PIPELINES);
  const producer = new Producer(stream, random, sources, oldData);
  let faults = 0;

  const ports = () => {
    const faulty = new FaultyStream(stream, turns, random, rates, looksWhen);
    return {
      logStore: new FaultyLogStore(store, turns, random, rates),
      outputStream: new FaultyPublisher(output, turns, random, rates),
      sideStream: new FaultyPublisher(side, turns, random, rates),
      shards: faulty,
      shardProbe: probeWith(faulty),
      clock: stream.clock,
    };
  };

  /** A process that is replaced when it fails, and now and then without any reason. */
  const process = async <T>(start: () => T, step: (running: T) => Promise<boolean>) => {
    let running = start();
    for (;;) {
      try {
        if (!(await step(running))) return;
        if (random.chance(0.05)) running = start();
      } catch (error) {
        if (!isFault(error)) throw error;
        faults++;
        // Lambda may answer an error in the same environment or in a new one.
        if (random.chance(0.5)) running = start();
      }
    }
  };

  const producing = (async () => {
    do await turns.next();
    while (producer.step());
  })();
  // More than one on a shard at a time: a zombie, or a mapping made twice by mistake.
  const ingesting = [0, 1, 2].map(() =>
    process(
      () => new Ingest(definition, ports()),
      async (ingest) => {
        const shard = undelivered(stream, random, producer.isDone);
        if (shard === undefined) {
          await turns.next();
          return !producer.isDone || undelivered(stream, random, true) !== undefined;
        }
        const from = Math.max(0, shard.acknowledged - random.below(4));
        const to = Math.min(shard.records.length, from + 1 + random.below(12));
        await ingest.ingest(shard.id, shard.records.slice(from, to));
        shard.acknowledged = Math.max(shard.acknowledged, to);
        return true;
      },
    ),
  );
  let delivered = false;
  const firing = [0, 1].map(() =>
    process(
      () => {
        const { shards, ...others } = ports();
        return { fire: new Fire(definition, { shards, ...others }, { decide }), shards };
      },
      async ({ fire, shards }) => {
        await fire.fire();
        shards.noted();
        return !delivered;
      },
    ),
  );
  const everythingDelivered = Promise.all([producing, ...ingesting]).then(() => {
    delivered = true;
  });
  const tasks = [everythingDelivered, ...firing];
  await turns.run(tasks);
  await Promise.all(tasks);

  // Nothing fails any more, and nobody sends: time alone must close what is open.
  const calm = new Fire(
    definition,
    {
      logStore: store,
      outputStream: output,
      sideStream: side,
      shards: { list: async () => stream.list(false) },
      shardProbe: { probe: async (shard, after) => stream.probe(shard, after) },
      clock: stream.clock,
    },
    { decide },
  );
  let report = await calm.fire();
  for (let tick = 0; tick < CALM_TICKS && report.openWindows > 0; tick++) {
    stream.nowMs += IDLE_TIMEOUT_MS;
    report = await calm.fire();
  }
  const { sent, poison } = producer;
  return {
    sent,
    poison,
    panes: output.documents<Pane>(),
    refused: side.documents<{ id: string }>(),
    report,
    counts: report.counts,
    faults,
    shards: stream.shards.size,
  };
}

// Longer than the longest window, its lateness and the largest bound together.
const CALM_TICKS = 20;

function isFault(error: unknown): boolean {
  return error instanceof Error && (error.name === 'Fault' || isFault(error.cause));
}

function undelivered(stream: SimulatedStream, random: Random, evenIfLagging: boolean): SimulatedShard | undefined {
  const shards = [...stream.shards.values()].filter(
    ({ acknowledged, records, lagsUntilMs }) => acknowledged < records.length && (evenIfLagging || lagsUntilMs <= stream.nowMs),
  );
  return shards.length === 0 ? undefined : random.pick(shards);
}

/** Sends events no older on arrival than the bound of their source allows, poison now and then, and changes the stream under way. */
class Producer {
  readonly sent: Reading[] = [];
  poison = 0;
  readonly #stream: SimulatedStream;
  readonly #random: Random;
  readonly #sources: readonly Source[];
  readonly #oldData: number;
  #left: number;
  #silence = 0;

  constructor(stream: SimulatedStream, random: Random, sources: readonly Source[], oldData: number) {
    this.#stream = stream;
    this.#random = random;
    this.#sources = sources;
    this.#oldData = oldData;
    this.#left = 80 + random.below(120);
  }

  get isDone(): boolean {
    return this.#left === 0;
  }

  /** Does one thing; false when it was the last. */
  step(): boolean {
    const stream = this.#stream;
    const random = this.#random;
    if (this.#silence > 0) {
      this.#silence--;
      stream.nowMs += random.below(1_500);
      return true;
    }
    stream.nowMs += random.below(random.pick([2, 300, 900]));
    const shard = random.pick(stream.open);
    const draw = random.unit();
    if (draw < 0.03 && stream.shards.size < 12) stream.split(shard);
    else if (draw < 0.06 && stream.shards.size < 12) this.#merge(shard);
    else if (draw < 0.08) stream.expire();
    else if (draw < 0.11) shard.silentUntilMs = stream.nowMs + random.below(20_000);
    else if (draw < 0.15) shard.lagsUntilMs = stream.nowMs + random.below(15_000);
    else if (draw < 0.17) this.#silence = 10 + random.below(30);
    else if (shard.silentUntilMs <= stream.nowMs) this.#send(shard);
    return !this.isDone;
  }

  #merge(shard: SimulatedShard): void {
    const others = this.#stream.open.filter((other) => other !== shard);
    if (others.length > 0) this.#stream.merge(shard, this.#random.pick(others));
  }

  #send(shard: SimulatedShard): void {
    const random = this.#random;
    this.#left--;
    if (random.chance(0.04)) {
      this.poison++;
      this.#stream.put(shard, '{"at":');
      return;
    }
    const source = random.pick(this.#sources);
    const bound = BOUND_MS[source];
    // The limits themselves more often than what lies between.
    const delay = random.chance(this.#oldData) ? random.below(60_000) : random.pick([0, bound, random.below(bound + 1)]);
    const reading: Reading = {
      at: this.#stream.nowMs - delay,
      sensor: `${random.pick(['a', 'b'])}${random.below(3)}`,
      amount: random.below(1_000) / 8,
      source,
    };
    this.sent.push(reading);
    this.#stream.put(shard, JSON.stringify(reading));
  }
}
