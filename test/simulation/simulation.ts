import type { FireEvent } from '../../functions/fire/handler.ts';
import type { FireReport } from '../../shared/firing/fire-report.ts';
import { together } from '../../shared/firing/fire-lanes.ts';
import { snapshotLog } from '../../shared/log/keys.ts';
import { CONSUMER_KINDS, type ConsumerKind } from './consumer.ts';
import { Deliveries } from './deliveries.ts';
import { Deployment } from './deployment.ts';
import { EnrichedCommits } from './enriched-commits.ts';
import { drawEnriching } from './enrichment.ts';
import { Invariants } from './invariants.ts';
import type { Mistake } from './mistake.ts';
import { hasOperator, Operator } from './operator.ts';
import { checkEnding, type Ending } from './oracle.ts';
import { Producers } from './producers.ts';
import { Schedule } from './schedule.ts';
import { SimulatedDirectory } from './simulated-directory.ts';
import type { SimulatedFunction } from './simulated-function.ts';
import { SimulatedKinesis } from './simulated-kinesis.ts';
import { SimulatedObjects } from './simulated-objects.ts';
import { SimulatedStream } from './simulated-stream.ts';
import { SimulatedTable } from './simulated-table.ts';
import { drawLanes, drawShortRetentionMs, drawWorkload, type Workload } from './workload.ts';
import type { World } from './world.ts';

const EVENTS_MAX = 400_000;
const READS_LAG_MS_MAX = 5_000;
const CALM_TICK_MS_MIN = 10_000;
// At the shortest tick, longer than the longest window, with its lateness, the largest bound and clocks that are apart.
const CALM_TICKS = 240;
const CALM_TICKS_SHORT = 140;
const CALM_TICK_MS_LONG = 600_000;
// A minute is enough for five hundred panes, each noted by itself.
const CALLS_AN_EPOCH_MAX = 10;
const MINUTE_MS = 60_000;

/** One pipeline in one world: everything from the producers to the consumers, with what goes wrong. */
export class Simulation {
  readonly #world: World;
  readonly #workload: Workload;
  readonly #consumer: ConsumerKind;
  readonly #input: SimulatedStream;
  readonly #output: SimulatedStream;
  readonly #table: SimulatedTable;
  readonly #invariants: Invariants;
  /** Absent where nothing is looked up. */
  readonly #enriched: EnrichedCommits | undefined;
  readonly #producers: Producers;
  readonly #deployment: Deployment;
  readonly #toIngest: Deliveries;
  readonly #toConsumer: Deliveries;
  /** Absent where nobody asks for anything. */
  readonly #operator: Operator | undefined;
  /** Whether all is delivered, and nobody sends or fires any more. */
  #isOver = false;

  constructor(world: World, mistake: Mistake) {
    const { random, faults } = world;
    this.#world = world;
    this.#workload = drawWorkload(random, faults, drawLanes(world.seed), drawEnriching(world.seed));
    this.#consumer = random.pick(CONSUMER_KINDS);
    const listedForMs = drawShortRetentionMs(world.seed);
    this.#input = new SimulatedStream(world, 'input', 1 + random.below(3), this.#workload.pipeline.lanes, listedForMs);
    this.#output = new SimulatedStream(world, 'output', 1 + random.below(2));
    this.#table = new SimulatedTable(world);
    const objects = new SimulatedObjects(world);
    const directory = new SimulatedDirectory(world);
    const { pipeline } = this.#workload;
    const { enrichment } = pipeline;
    this.#enriched = enrichment && new EnrichedCommits(world, pipeline, enrichment, directory);
    const kinesis = new SimulatedKinesis(world, { input: this.#input, output: this.#output });
    this.#invariants = new Invariants(world, {
      table: this.#table,
      objects,
      stream: this.#input,
      windowsThatMerge: new Set(this.#workload.windows.filter(({ merges }) => merges).map(({ name }) => name)),
      lanes: pipeline.lanes,
      consumer: this.#consumer,
      enriched: this.#enriched,
    });
    this.#table.observe((item, before, writer) => this.#invariants.written(item, before, writer));
    kinesis.observe((stream, json) => this.#invariants.taken(stream, json));
    this.#producers = new Producers(world, this.#input, this.#workload);
    kinesis.letBeOvertaken((shard) => this.#producers.interrupt(shard));
    const [ingestReports, consumerReports] = [random.chance(0.5), random.chance(0.5)];
    this.#deployment = new Deployment(world, mistake, {
      pipeline,
      input: this.#input,
      table: this.#table,
      objects,
      kinesis,
      directory,
      looksApartMsMax: listedForMs === undefined ? undefined : listedForMs / 2,
      consumer: {
        kind: this.#consumer,
        reportsFailures: consumerReports,
        tookEffect: (pane) => this.#invariants.tookEffect(pane),
      },
    });
    const isInLongSilence = () => this.#producers.isInLongSilence;
    this.#toIngest = new Deliveries(world, {
      name: 'mapping',
      stream: this.#input,
      to: this.#deployment.ingest,
      batchSizes: [1, 4, 15, 100],
      reportsFailures: ingestReports,
      parallelizationFactor: mistake.parallelizationFactor,
      isLoose: true,
      onAcknowledged: (shard, records) => this.#invariants.acknowledged(shard, records),
      isInLongSilence,
      isOver: () => this.#isCalm,
    });
    this.#toConsumer = new Deliveries(world, {
      name: 'fan-out',
      stream: this.#output,
      to: this.#deployment.consumer,
      batchSizes: [4, 15, 90],
      reportsFailures: consumerReports,
      parallelizationFactor: mistake.consumerParallelizationFactor,
      isLoose: false,
      onAcknowledged: (shard, records) => {
        shard.acknowledged = Math.max(shard.acknowledged, records);
      },
      isInLongSilence,
      isOver: () => this.#isOver,
    });
    this.#operator = hasOperator(world.seed)
      ? new Operator(world, {
          pipeline: this.#workload.pipeline.name,
          ...this.#deployment.outsider('operator'),
          isPatient: !faults.present.includes('expiry'),
          isOver: () => this.#isCalm,
        })
      : undefined;
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
    void this.#schedule();
    void this.#toIngest.run();
    void this.#toConsumer.run();
    const asking = this.#operator?.run();
    await this.#producers.run();
    while (!this.#input.isDelivered) await time.sleep(1_000);
    await asking;
    // Let what is asleep wake up in the midst of it, now and then.
    if (random.chance(0.3)) await time.sleep(16 * MINUTE_MS);
    faults.calm();
    const report = await this.#publishAll(await this.#obeyAll(await this.#finish()));
    while (!this.#output.isDelivered) await time.sleep(1_000);
    this.#isOver = true;
    checkEnding(this.#ending(report));
    await this.#checkThatAllStandsInTheLogs(report);
  }

  /** Nothing fails any more, and nobody sends: time alone must close what is open, or a drain, where shards are waited for for ever. */
  async #finish(): Promise<FireReport> {
    const { idleTimeoutMs } = this.#workload;
    const { time } = this.#world;
    // A drain must see what was written last.
    if (idleTimeoutMs === undefined) return this.#drain();
    // What is asked for is read like all else.
    if (this.#operator !== undefined) await time.sleep(READS_LAG_MS_MAX);
    const tickMs = Math.max(idleTimeoutMs, CALM_TICK_MS_MIN);
    // From a marker, time goes on no faster than the wall clock: what came a day after the newest one closes a day after the end.
    const untilMs = time.nowMs + this.#producers.clockLagMs + CALM_TICKS * tickMs;
    let report = await this.#fireCalmly('fire');
    for (let tick = 0; tick === 0 || (report.openWindows > 0 && time.nowMs < untilMs); tick++) {
      await time.sleep(tick < CALM_TICKS_SHORT ? tickMs : CALM_TICK_MS_LONG);
      report = await this.#fireCalmly('fire');
    }
    return report;
  }

  async #drain(): Promise<FireReport> {
    if (this.#operator === undefined) return this.#fireCalmly('drain');
    await this.#operator.ask('drain');
    await this.#world.time.sleep(READS_LAG_MS_MAX);
    return this.#fireCalmly('fire');
  }

  /** A firing may see a part of what was asked for. */
  async #obeyAll(report: FireReport): Promise<FireReport> {
    const { history } = this.#invariants;
    let last = report;
    for (let times = 0; times < history.requests.length && !history.isObeyed; times++) last = await this.#fireCalmly('fire');
    // The schedule's firing may have obeyed the rest meanwhile: what was reported before is not how it ended.
    return last.openWindows > 0 && this.#operator !== undefined ? this.#fireCalmly('fire') : last;
  }

  /** A firing may have no time for all panes of an epoch: the next one goes on. */
  async #publishAll(report: FireReport): Promise<FireReport> {
    let last = report;
    for (let times = 0; times < CALLS_AN_EPOCH_MAX && !this.#invariants.history.arePanesOut; times++) last = await this.#fireCalmly('fire');
    return last;
  }

  /** A function that knows nothing, without any snapshot, too, comes to the same state, and has nothing to add. */
  async #checkThatAllStandsInTheLogs(report: FireReport): Promise<void> {
    for (const [lane, fire] of this.#deployment.fire.entries()) {
      fire.forget();
      if (!this.#world.faults.present.includes('expiry')) this.#table.forget(snapshotLog(this.#workload.pipeline.name, lane));
    }
    // Until every read shows what was written last.
    await this.#world.time.sleep(READS_LAG_MS_MAX);
    const again = await this.#fireCalmly('fire');
    // Not the epoch: what it costs to start is known to whoever has started, and may be a reason for an epoch and a snapshot more.
    const same = ['counts', 'lateByWindow', 'panesFired', 'openWindows'] as const;
    for (const fact of same) {
      const [then, now] = [JSON.stringify(report[fact]), JSON.stringify(again[fact])];
      if (then !== now) this.#world.accuse(`computed again from the logs, ${fact} is ${now}, and was ${then}`);
    }
  }

  async #fireCalmly(action: 'fire' | 'drain'): Promise<FireReport> {
    const reports: FireReport[] = [];
    for (const fire of this.#deployment.fire) {
      const outcome = await fire.invoke({ action });
      if (outcome.kind === 'failed') {
        throw new Error(`nothing goes wrong any more, and fire fails: ${outcome.error.errorType}: ${outcome.error.errorMessage}`);
      }
      reports.push(outcome.response as FireReport);
    }
    return reports.reduce(together);
  }

  #ending(report: FireReport): Ending {
    const { faults } = this.#world;
    const { windows, idleTimeoutMs } = this.#workload;
    const present = new Set(faults.present);
    // Time without traffic goes by the functions' own clocks.
    const isTimely = !present.has('clock-skew') || idleTimeoutMs === undefined;
    const isOrderly = !present.has('old-data') && isTimely && this.#operator?.hasDrained !== true;
    const enriched = this.#enriched;
    const sent = enriched === undefined ? this.#producers.sent : this.#producers.sent.map((record) => enriched.asCommitted(record));
    return { history: this.#invariants.history, sent, windows, report, isOrderly, consumer: this.#consumer };
  }

  async #schedule(): Promise<void> {
    const schedules = this.#deployment.fire.map((fire) => this.#scheduleOf(fire));
    await Promise.all(schedules.map((schedule) => schedule.run()));
  }

  #scheduleOf(fire: SimulatedFunction<FireEvent>): Schedule {
    return new Schedule(this.#world, {
      tick: () => void fire.invoke({}),
      isInLongSilence: () => this.#producers.isInLongSilence,
      isWaiting: () => this.#producers.isDone,
      isOver: () => this.#isCalm,
    });
  }

  get #isCalm(): boolean {
    return this.#producers.isDone && this.#input.isDelivered;
  }
}
