import { boundedOutOfOrderness, count, max, type Pane, pipeline, sum, tumbling } from 'mullion';
import { fixedShards } from '../../shared/adapters/memory/fixed-shards.ts';
import { MemoryLogStore } from '../../shared/adapters/memory/memory-log-store.ts';
import { MemoryPublisher } from '../../shared/adapters/memory/memory-publisher.ts';
import { Fire, type FireReport } from '../../shared/firing/fire.ts';
import { Ingest } from '../../shared/ingest/ingest.ts';
import type { InputRecord } from '../../shared/ingest/input-record.ts';
import type { RecordCounts } from '../../shared/log/counts.ts';
import type { ShardId } from '../../shared/log/keys.ts';
import type { SequenceNumber } from '../../shared/log/sequence-number.ts';
import { type FaultRates, FaultyLogStore, FaultyPublisher } from './faulty-ports.ts';
import { Random } from './random.ts';
import { Turns } from './turns.ts';

export interface Reading {
  readonly at: number;
  readonly sensor: string;
  readonly amount: number;
}

const BOUND_MS = 5_000;

const readings = pipeline<Reading>('readings', {
  timestamp: ({ at }) => at,
  watermark: boundedOutOfOrderness(BOUND_MS),
  windows: {
    minutes: {
      keyBy: ({ sensor }) => sensor,
      window: tumbling('10s'),
      aggregate: { readings: count(), total: sum(({ amount }) => amount), highest: max(({ amount }) => amount) },
    },
    hours: {
      keyBy: ({ sensor }) => sensor.slice(0, 1),
      window: tumbling('1m', { offset: '7s' }),
      allowedLateness: '20s',
      aggregate: { total: sum(({ amount }) => amount) },
    },
  },
});

/** What happened in a run, for the oracle. */
export interface History {
  /** Every valid event of every shard. */
  readonly sent: readonly Reading[];
  readonly poison: number;
  /** As they left, repeats and all. */
  readonly panes: readonly Pane[];
  readonly refused: readonly { readonly id: string }[];
  readonly report: FireReport;
  /** As the shard logs say. */
  readonly counts: RecordCounts;
  readonly faults: number;
}

interface Delivery {
  readonly records: readonly InputRecord[];
  /** Records of the shard that are known to be committed. */
  acknowledged: number;
}

/**
 * Runs producers, shards, at-least-once delivery in ever new cuts, two ingest and two fire processes, and an output stream, in one process
 * and in an order that the seed decides, with faults at every call. Ends when everything is delivered, then drains.
 */
export async function simulate(seed: number, rates: FaultRates): Promise<History> {
  const random = new Random(seed);
  const turns = new Turns(random);
  const store = new MemoryLogStore();
  const output = new MemoryPublisher();
  const side = new MemoryPublisher();
  const clock = { nowMs: () => 4_000_000_000_000 };
  const shardIds = Array.from({ length: 1 + random.below(3) }, (_, index) => `shardId-${String(index).padStart(12, '0')}` as ShardId);
  const { deliveries, sent, poison } = produce(random, shardIds);
  let faults = 0;

  const ports = () => ({
    logStore: new FaultyLogStore(store, turns, random, rates),
    outputStream: new FaultyPublisher(output, turns, random, rates),
    sideStream: new FaultyPublisher(side, turns, random, rates),
    shards: fixedShards(...shardIds),
    clock,
  });

  /** A process that is replaced when it fails, and now and then without any reason. */
  const process = async <T>(start: () => T, step: (running: T) => Promise<boolean>) => {
    let running = start();
    for (;;) {
      try {
        if (!(await step(running))) return;
        if (random.chance(0.05)) running = start();
      } catch (error) {
        if (!(error instanceof Error) || error.name !== 'Fault') throw error;
        faults++;
        // Lambda may answer an error in the same environment or in a new one.
        if (random.chance(0.5)) running = start();
      }
    }
  };

  const ingesting = shardIds.flatMap((shard) =>
    // Two at once on every shard: a zombie, or a mapping made twice by mistake.
    [0, 1].map(() =>
      process(
        () => new Ingest(readings, ports()),
        async (ingest) => {
          const delivery = deliveries.get(shard) as Delivery;
          const from = Math.max(0, delivery.acknowledged - random.below(4));
          const to = Math.min(delivery.records.length, from + 1 + random.below(12));
          if (delivery.acknowledged === delivery.records.length) return false;
          await ingest.ingest(shard, delivery.records.slice(from, to));
          delivery.acknowledged = Math.max(delivery.acknowledged, to);
          return true;
        },
      ),
    ),
  );
  let delivered = false;
  const firing = [0, 1].map(() =>
    process(
      () => new Fire(readings, ports()),
      async (fire) => {
        await fire.fire();
        return !delivered;
      },
    ),
  );
  const everythingDelivered = Promise.all(ingesting).then(() => {
    delivered = true;
  });
  const tasks = [everythingDelivered, ...firing];
  await turns.run(tasks);
  await Promise.all(tasks);

  // Nothing fails any more: whatever is left comes out.
  const calm = { logStore: store, outputStream: output, sideStream: side, shards: fixedShards(...shardIds), clock };
  const report = await new Fire(readings, calm).drain();
  return {
    sent,
    poison,
    panes: output.documents<Pane>(),
    refused: side.documents<{ id: string }>(),
    report,
    counts: report.counts,
    faults,
  };
}

/** Per shard, events in an order that the bound allows, with a poisoned record now and then. */
function produce(random: Random, shardIds: readonly ShardId[]) {
  const deliveries = new Map<ShardId, Delivery>();
  const sent: Reading[] = [];
  let poison = 0;
  for (const shard of shardIds) {
    const records: InputRecord[] = [];
    let time = 1_000_000_000_000 + random.below(30_000);
    const length = 20 + random.below(60);
    for (let index = 0; index < length; index++) {
      time += random.below(4_000);
      const event: Reading = {
        at: time - random.below(BOUND_MS + 1),
        sensor: `${random.pick(['a', 'b'])}${random.below(3)}`,
        amount: random.below(1_000) / 8,
      };
      const spoilt = random.chance(0.05);
      if (spoilt) poison++;
      else sent.push(event);
      records.push({
        sequenceNumber: String(10 ** 15 + index) as SequenceNumber,
        partitionKey: event.sensor,
        arrivedAtMs: time,
        data: spoilt ? '{"at":' : JSON.stringify(event),
        encoding: 'utf8',
      });
    }
    deliveries.set(shard, { records, acknowledged: 0 });
  }
  return { deliveries, sent, poison };
}
