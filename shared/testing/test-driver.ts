/**
 * Tests a pipeline on memory, step by step, under a clock that only the test moves.
 *
 * @module mullion/testing
 */
import { Buffer } from 'node:buffer';
import { MemoryLogStore } from '../adapters/memory/memory-log-store.ts';
import { MemoryPublisher } from '../adapters/memory/memory-publisher.ts';
import { systemTimer } from '../adapters/system-timer.ts';
import { appendControl, requestControl } from '../control/request-control.ts';
import type { FireReport } from '../firing/fire-report.ts';
import { FireLanes } from '../firing/fire-lanes.ts';
import { Ingest } from '../ingest/ingest.ts';
import type { InputRecord } from '../ingest/input-record.ts';
import { decodeCommitHeader, encodeCommit } from '../log/commit.ts';
import type { ControlAction } from '../log/control-request.ts';
import { type CountsByWindow, NO_RECORDS, type RecordCounts } from '../log/counts.ts';
import { shardLog } from '../log/keys.ts';
import { nextPosition, ORIGIN } from '../log/position.ts';
import type { Refusal } from '../log/refusal.ts';
import type { SequenceNumber } from '../log/sequence-number.ts';
import type { PaneIn } from '../pipeline/pane.ts';
import { readsJson } from '../pipeline/input-declaration.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { Values } from '../pipeline/pipeline-options.ts';
import { type EventTime, isEventTime } from '../time/event-time.ts';
import type { ShardId } from '../watermarks/shard.ts';
import type { SourceClocks } from '../watermarks/source-clock.ts';
import { SimulatedShards } from './simulated-shards.ts';

export type { CountsByWindow, RecordCounts } from '../log/counts.ts';
export type { LateRefusal, OversizedRefusal, RecordRefusal, Refusal, RefusalReason } from '../log/refusal.ts';

/** How a {@link TestDriver} begins. */
export interface TestDriverOptions {
  /** Names of the input stream's shards. Default: one, `'a'`. */
  readonly shards?: readonly string[];
  /** Processing time at the start, in epoch milliseconds. Default 0. */
  readonly now?: number;
}

/** Where and when events arrive. */
export interface SendOptions {
  /** Default: the first that is open. */
  readonly shard?: string;
  /**
   * When the events reach the stream, in epoch milliseconds. Default: now, or each event's own time if that is later. Processing time goes on
   * to it: nothing is delivered before it has arrived.
   */
  readonly arrival?: number;
}

/** What shards become of others. */
export interface ReshardOptions {
  /** Whether everything that was sent to the closed shards has been delivered. If not, go on sending to them, then say `end`. Default true. */
  readonly drained?: boolean;
}

const FIRST_SEQUENCE_NUMBER = 1_000_000_000_000;

/**
 * Runs a pipeline step by step, without AWS and without waiting: the code that runs in Lambda, on logs in memory and under a clock that only the
 * test moves. Every step gives the panes that it caused.
 *
 * ```ts
 * const driver = new TestDriver(pipeline, { shards: ['a', 'b'] });
 * expect(await driver.send([{ at: 10 }, { at: 70 }], { shard: 'a' })).toEqual([]);
 * expect(await driver.advanceWatermark(60)).toMatchObject([{ start: 0, end: 60, count: 1 }]);
 * ```
 */
export class TestDriver<E, V = Values, M = E> {
  #pipeline: Pipeline<E, V, M>;
  readonly #store = new MemoryLogStore();
  readonly #output = new MemoryPublisher();
  readonly #side = new MemoryPublisher();
  readonly #shards: SimulatedShards;
  #now: number;
  #records = 0;
  #panesTaken = 0;
  #ingest: Ingest<E, M>;
  #fire: FireLanes;
  #report: FireReport | undefined;

  constructor(pipeline: Pipeline<E, V, M>, { shards = ['a'], now = 0 }: TestDriverOptions = {}) {
    this.#pipeline = pipeline;
    this.#now = now;
    this.#shards = new SimulatedShards(shards);
    this.#ingest = this.#startIngest();
    this.#fire = this.#startFire();
  }

  /**
   * Delivers one batch and fires. Events are sent as JSON; text and bytes are sent as they are, so that broken records can be sent, too.
   *
   * @throws {Error} when an event is given to a pipeline that reads something else than JSON: send bytes then.
   */
  async send(
    events: readonly (E | string | Uint8Array)[],
    { shard = this.#shards.first, arrival }: SendOptions = {},
  ): Promise<PaneIn<V>[]> {
    const id = this.#shards.deliver(shard);
    const records = events.map(
      (event): InputRecord => ({
        sequenceNumber: this.#nextSequenceNumber(),
        partitionKey: shard,
        arrivedAtMs: arrival ?? this.#arrivalOf(event),
        ...this.#payloadOf(event),
      }),
    );
    for (const { arrivedAtMs } of records) this.#now = Math.max(this.#now, arrivedAtMs);
    await this.#ingest.ingest(id, records);
    return this.#step(() => this.#fire.fire());
  }

  /** Feeds a bare watermark to every channel, as if an event had come that lets it go on so far, and fires. It never goes back. */
  async advanceWatermark(time: number): Promise<PaneIn<V>[]> {
    for (const shard of this.#shards.ids) await this.#commitClock(shard, time as EventTime);
    return this.#step(() => this.#fire.fire());
  }

  /** Lets processing time pass, and fires. */
  async advanceClock(ms: number): Promise<PaneIn<V>[]> {
    this.#now += ms;
    return this.#step(() => this.#fire.fire());
  }

  /** Nothing is left on a shard, and its idle time-out passes: it is proven idle until something is sent to it. Fires. */
  async idle(shard: string): Promise<PaneIn<V>[]> {
    this.#shards.empty(shard);
    return this.advanceClock(this.#pipeline.idleTimeoutMs ?? 0);
  }

  /** Closes a shard and opens its children. Fires. */
  async split(parent: string, children: readonly string[], options: ReshardOptions = {}): Promise<PaneIn<V>[]> {
    return this.#reshard([parent], children, options);
  }

  /** Closes shards and opens the one that takes their place. Fires. */
  async merge(parents: readonly string[], child: string, options: ReshardOptions = {}): Promise<PaneIn<V>[]> {
    return this.#reshard(parents, [child], options);
  }

  /** The last record of a closed shard has been delivered: it is drained. Fires. */
  async end(shard: string): Promise<PaneIn<V>[]> {
    this.#shards.end(shard);
    return this.#step(() => this.#fire.fire());
  }

  /** Fires everything that is left, as final panes. */
  async drain(): Promise<PaneIn<V>[]> {
    return this.#step(() => this.#fire.drain());
  }

  /** Nothing is read or fired any more, and no window closes; what is sent is kept. */
  async pause(): Promise<PaneIn<V>[]> {
    return this.#ask('pause');
  }

  /** Goes on behind a pause, and fires. */
  async resume(): Promise<PaneIn<V>[]> {
    return this.#ask('resume');
  }

  /** Writes the state down, so that a restart goes on from there. */
  async checkpoint(): Promise<PaneIn<V>[]> {
    return this.#ask('checkpoint');
  }

  /**
   * As if ingest had given up on records: those that are in none of the batches sent. Panes that they could have changed say that they may be incomplete.
   *
   * @param arrival When the last of them reached the stream, in epoch milliseconds. Default: now.
   */
  async giveUp({ shard = this.#shards.first, arrival = this.#now }: SendOptions = {}): Promise<PaneIn<V>[]> {
    const notice = { kind: 'discard', shard: shard as ShardId, records: 1, arrivedToMs: arrival, noticedAtMs: this.#now } as const;
    await appendControl(this.#pipeline.name, notice, this.#store);
    return this.#step(() => this.#fire.fire());
  }

  /**
   * Both functions lose their memory; only the store survives.
   *
   * @param pipeline The definition that they start with, where it is another one than before.
   */
  restart(pipeline: Pipeline<E, V, M> = this.#pipeline): void {
    this.#pipeline = pipeline;
    this.#ingest = this.#startIngest();
    this.#fire = this.#startFire();
  }

  /** Everything that has been refused so far, as it stands on the side stream. */
  sideOutput(): Refusal[] {
    return this.#side.documents<Refusal>();
  }

  /** The pipeline's watermark, in epoch milliseconds; `undefined` before the first step. */
  watermark(): number | undefined {
    return this.#report?.watermark;
  }

  /** What became of the records that were read: `read = folded + filtered + late + invalid`. */
  counts(): RecordCounts {
    return this.#report?.counts ?? NO_RECORDS;
  }

  /** Events that came too late for a window, by its name, whether or not another window took them. */
  lateByWindow(): CountsByWindow {
    return this.#report?.lateByWindow ?? {};
  }

  /** How many windows have state: slices of windows of fixed bounds, sessions of keys. */
  openWindows(): number {
    return this.#report?.openWindows ?? 0;
  }

  async #ask(action: ControlAction): Promise<PaneIn<V>[]> {
    await requestControl(this.#pipeline.name, action, { logStore: this.#store, clock: this.#clock() });
    return this.#step(() => this.#fire.fire());
  }

  async #reshard(parents: readonly string[], children: readonly string[], { drained = true }: ReshardOptions): Promise<PaneIn<V>[]> {
    this.#shards.replace(parents, children);
    if (drained) for (const parent of parents) this.#shards.end(parent);
    return this.#step(() => this.#fire.fire());
  }

  async #step(fire: () => Promise<FireReport>): Promise<PaneIn<V>[]> {
    this.#report = await fire();
    const panes = this.#output.documents<PaneIn<V>>().slice(this.#panesTaken);
    this.#panesTaken += panes.length;
    return panes;
  }

  /** A commit without records: what a heartbeat on every channel would leave. */
  async #commitClock(shard: ShardId, watermark: EventTime): Promise<void> {
    const log = shardLog(this.#pipeline.name, shard);
    const newest = await this.#store.last(log);
    const before = newest && decodeCommitHeader(newest);
    const clocks: SourceClocks = Object.fromEntries(
      [...this.#pipeline.sources.strategies].map(([source, strategy]) => {
        // Strategies trail the clock by a constant.
        const wanted = (watermark - strategy.watermarkAt(0 as EventTime)) as EventTime;
        const known = before?.clocks[source]?.time;
        return [source, { time: known !== undefined && known > wanted ? known : wanted, arrivedAtMs: this.#now }];
      }),
    );
    const sequenceNumber = this.#nextSequenceNumber();
    const commit = encodeCommit({
      kind: 'commit',
      fingerprint: this.#pipeline.fingerprint,
      shard,
      first: sequenceNumber,
      last: sequenceNumber,
      clocks,
      arrivedFromMs: before?.arrivedFromMs ?? this.#now,
      arrivedToMs: this.#now,
      committedAtMs: this.#now,
      counts: NO_RECORDS,
      lateByWindow: {},
      deltas: [],
    });
    await this.#store.append(log, nextPosition(newest?.position ?? ORIGIN), commit);
  }

  #startIngest(): Ingest<E, M> {
    return new Ingest(this.#pipeline, { logStore: this.#store, sideStream: this.#side, clock: this.#clock(), timer: systemTimer });
  }

  #startFire(): FireLanes {
    return new FireLanes(this.#pipeline, {
      logStore: this.#store,
      outputStream: this.#output,
      sideStream: this.#side,
      clock: this.#clock(),
      shards: this.#shards,
      shardProbe: this.#shards,
    });
  }

  #clock() {
    return { nowMs: () => this.#now };
  }

  #nextSequenceNumber(): SequenceNumber {
    return String(FIRST_SEQUENCE_NUMBER + this.#records++) as SequenceNumber;
  }

  #payloadOf(event: E | string | Uint8Array): Pick<InputRecord, 'data' | 'encoding'> {
    if (typeof event === 'string') return { data: event, encoding: 'utf8' };
    if (event instanceof Uint8Array) return { data: Buffer.from(event).toString('base64'), encoding: 'base64' };
    if (!readsJson(this.#pipeline))
      throw new Error(`pipeline '${this.#pipeline.name}' does not read JSON alone: send what stands on its stream, as Uint8Array or text`);
    return { data: JSON.stringify(event), encoding: 'utf8' };
  }

  #arrivalOf(event: E | string | Uint8Array): number {
    if (typeof event === 'string' || event instanceof Uint8Array) return this.#now;
    try {
      const time: unknown = this.#pipeline.options.timestamp(event);
      return typeof time === 'number' && isEventTime(time) && time > this.#now ? time : this.#now;
    } catch {
      // Ingest will say what is wrong with it.
      return this.#now;
    }
  }
}
