import fc from 'fast-check';
import type { Fire, FirePorts } from '../../shared/firing/fire.ts';
import type { SnapshotPolicy } from '../../shared/firing/snapshot-policy.ts';
import type { Ingest } from '../../shared/ingest/ingest.ts';
import type { InputRecord } from '../../shared/ingest/input-record.ts';
import { anyMeasurement, delivered, OTHER_SHARD, SHARD } from '../fixtures/delivered-record.ts';
import { type Interruption, Interrupted, InterruptedStore } from '../fixtures/interrupted-store.ts';
import { MemoryDeployment } from '../fixtures/memory-deployment.ts';
import { type Measurement, SPARE_SENSOR } from '../fixtures/temperature-pipeline.ts';

const SHARDS = [SHARD, OTHER_SHARD] as const;
const POISON = 'no JSON';

/** What stands on a shard. */
export type Sent = Measurement | typeof POISON;

/** A function is cut off at its how many-th append from now, before or after that took effect. */
interface Cut {
  readonly victim: 'ingest' | 'fire';
  readonly append: number;
  readonly when: Interruption;
}

/** One delivery, and who fires after it. */
interface Step {
  readonly shard: 0 | 1;
  /** How many of the records before are delivered again. */
  readonly again: number;
  readonly size: number;
  readonly writer: number;
  readonly cut: Cut | undefined;
  readonly fires: 'one' | 'other' | 'both' | 'neither';
  readonly restarts: boolean;
}

export interface Troubles {
  /** By shard. */
  readonly sent: readonly [readonly Sent[], readonly Sent[]];
  readonly steps: readonly Step[];
}

const anySent: fc.Arbitrary<Sent> = fc.oneof(
  { weight: 12, arbitrary: anyMeasurement },
  { weight: 1, arbitrary: anyMeasurement.map((measurement) => ({ ...measurement, sensor: SPARE_SENSOR })) },
  { weight: 1, arbitrary: fc.constant<Sent>(POISON) },
);

/** The same without disorder on a shard: then nothing is late, whoever fires when. */
function inOrder(sent: readonly Sent[]): Sent[] {
  const sorted = events(sent).toSorted((a, b) => a.at - b.at);
  return sent.map((each) => (each === POISON ? each : (sorted.shift() as Measurement)));
}

const anyShard = fc.array(anySent, { maxLength: 25 });

export const anyTroubles: fc.Arbitrary<Troubles> = fc.record({
  sent: fc.tuple(anyShard, anyShard),
  steps: fc.array(
    fc.record({
      shard: fc.constantFrom(0, 1),
      again: fc.nat(6),
      size: fc.integer({ min: 1, max: 8 }),
      writer: fc.nat(2),
      cut: fc.option(
        fc.record({
          victim: fc.constantFrom('ingest', 'fire'),
          append: fc.integer({ min: 1, max: 3 }),
          when: fc.constantFrom<Interruption[]>('before', 'after'),
        }),
        { nil: undefined },
      ),
      fires: fc.constantFrom('one', 'other', 'both', 'neither'),
      restarts: fc.boolean(),
    }),
    { maxLength: 25 },
  ),
});

export const troublesInOrder = anyTroubles.map(
  ({ sent: [one, other], steps }): Troubles => ({ sent: [inOrder(one), inOrder(other)], steps }),
);

export interface RunOptions {
  readonly snapshots?: SnapshotPolicy;
  /** Every function starts from the logs at every step. */
  readonly forgetful?: boolean;
  /** By how much the clocks of the two who fire are off. */
  readonly clocksMs?: readonly [number, number];
  /** Looks at what there is after a step. */
  readonly look?: (deployment: MemoryDeployment, undelivered: readonly Sent[]) => Promise<void>;
}

/** Delivers what was sent by three writers, and lets two fire, while they are cut off and repeat each other; in the end everything is delivered, and drained. */
export async function run({ sent, steps }: Troubles, options: RunOptions = {}): Promise<MemoryDeployment> {
  const { snapshots, forgetful = false, clocksMs = [0, 0], look = async () => {} } = options;
  const deployment = new MemoryDeployment(...SHARDS);
  deployment.nowMs = 1_000_000;
  let cut: Cut | undefined;
  let appends = 0;
  const store = (of: Cut['victim']) =>
    new InterruptedStore(deployment.store, (call) => {
      if (cut?.victim !== of || !call.startsWith('append ')) return undefined;
      return ++appends === cut.append ? cut.when : undefined;
    });
  const startIngest = () => deployment.ingest({ logStore: store('ingest') });
  const startFire = (offsetMs: number) => {
    const ports: Partial<FirePorts> = { logStore: store('fire'), clock: { nowMs: () => deployment.nowMs++ + offsetMs } };
    return deployment.fire(ports, { snapshots });
  };
  let writers: Ingest<never>[] = [];
  let firing: Fire[] = [];
  const start = () => {
    writers = [1, 2, 3].map(startIngest);
    firing = clocksMs.map(startFire);
  };
  start();

  const records = sent.map((shard) => shard.map((each, index) => record(index + 1, each)));
  const acknowledged = [0, 0];
  const deliver = async (shard: 0 | 1, from: number, to: number, writer = 0) => {
    await (writers[writer] as Ingest<never>).ingest(SHARDS[shard], (records[shard] as InputRecord[]).slice(from, to));
    acknowledged[shard] = Math.max(acknowledged[shard] as number, to);
  };
  for (const step of steps) {
    if (step.restarts || forgetful) start();
    cut = step.cut;
    appends = 0;
    const known = acknowledged[step.shard] as number;
    await survives(deliver(step.shard, Math.max(0, known - step.again), known + step.size, step.writer));
    const [one, other] = firing as [Fire, Fire];
    const chosen = { one: [one], other: [other], both: [one, other], neither: [] }[step.fires];
    await Promise.all(chosen.map(async (each) => survives(each.fire())));
    cut = undefined;
    await look(deployment, await uncommitted(deployment, sent));
  }
  for (const shard of [0, 1] as const) await deliver(shard, 0, sent[shard].length);
  await (firing[0] as Fire).drain();
  return deployment;
}

function record(number: number, sent: Sent): InputRecord {
  return delivered(number, sent === POISON ? POISON : JSON.stringify(sent));
}

async function survives(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
  }
}

/** What stands on the shards behind the last commit. An answer may have been lost, so it is not for the one who delivers to say. */
async function uncommitted(deployment: MemoryDeployment, sent: Troubles['sent']): Promise<Sent[]> {
  const committed = await Promise.all(SHARDS.map(async (shard) => deployment.commits(shard)));
  return sent.flatMap((all, shard) => all.slice(committed[shard]?.reduce((sum, { counts }) => sum + counts.read, 0)));
}

/** The events of what was sent. */
export function events(sent: readonly Sent[]): Measurement[] {
  return sent.filter((each) => each !== POISON);
}
