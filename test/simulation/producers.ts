import { Buffer } from 'node:buffer';
import type { SequenceNumber } from '../../shared/log/sequence-number.ts';
import type { ShardId } from '../../shared/watermarks/shard.ts';
import type { SentEvent } from './sent-event.ts';
import type { SimulatedShard, SimulatedStream } from './simulated-stream.ts';
import { REPEATED_WITHIN_MS_MAX, type Workload } from './workload.ts';
import type { World } from './world.ts';

/** A record as it was put. */
export interface SentRecord {
  readonly shard: SimulatedShard;
  readonly sequenceNumber: SequenceNumber;
  readonly kind: 'event' | 'poison' | 'repeat';
  /** Absent of poison and of repeats, which are in no window. */
  readonly event?: SentEvent;
}

const HOUR_MS = 3_600_000;
// Items live for a day, and some a few hours more.
const LONG_SILENCE_HOURS = 36;
const SHARDS_MAX = 10;
const SECONDS_MS = 1_000;

/** Puts events no older than their bound allows, poison now and then, falls silent, and reshards the stream under way. */
export class Producers {
  readonly sent: SentRecord[] = [];
  readonly #world: World;
  readonly #stream: SimulatedStream;
  readonly #workload: Workload;
  /** One clock a producer. */
  readonly #skewsMs: readonly number[];
  #left: number;
  #isDone = false;
  #isInLongSilence = false;

  constructor(world: World, stream: SimulatedStream, workload: Workload) {
    this.#world = world;
    this.#stream = stream;
    this.#workload = workload;
    const { random } = world;
    this.#left = 40 + random.below(100);
    this.#skewsMs = [0, 1, 2].map(() => random.below(2 * workload.producerSkewMs + 1) - workload.producerSkewMs);
  }

  get isDone(): boolean {
    return this.#isDone;
  }

  get isInLongSilence(): boolean {
    return this.#isInLongSilence;
  }

  /** How far the newest event is ahead of the newest marker or, where there are several sources, of the newest event of the quietest. */
  get clockLagMs(): number {
    const { sources, hasMarkers } = this.#workload;
    const events = this.sent.flatMap(({ event }) => event ?? []);
    const clocks = sources.flatMap((source) => {
      const times = events.filter((event) => event.source === source).flatMap(({ at, upTo }) => (hasMarkers ? (upTo ?? []) : at));
      // A source that was never heard stands with the others.
      return times.length === 0 ? [] : Math.max(...times);
    });
    return Math.max(0, Math.max(...events.map(({ at }) => at)) - Math.min(...clocks));
  }

  async run(): Promise<void> {
    const { random, time, faults } = this.#world;
    let longSilenceAt = faults.has('expiry') ? Math.floor(this.#left / 2) : -1;
    const paceMs = random.pick([100, 600, 1_500]);
    while (this.#left > 0) {
      await time.sleep(random.below(random.pick([2, paceMs, 3 * paceMs])));
      if (this.#left > longSilenceAt) await this.#step();
      else {
        longSilenceAt = -1;
        await this.#longSilence();
      }
    }
    this.#isDone = true;
  }

  /** Puts an event that is as old as it may be, whatever else is planned. It may take some time to be delivered. */
  interrupt(id: ShardId | undefined): void {
    const { random, faults, time } = this.#world;
    const shard = this.#stream.open.find((open) => open.id === id) ?? random.pick(this.#stream.open);
    if (this.#left === 0) return;
    if (faults.has('lag')) shard.lagsUntilMs = Math.max(shard.lagsUntilMs, time.nowMs + random.below(60 * SECONDS_MS));
    this.#sendEvent(shard, this.#workload.delayMsMax);
  }

  async #step(): Promise<void> {
    const { random, time, faults } = this.#world;
    const stream = this.#stream;
    const shard = random.pick(stream.open);
    const draw = random.unit();
    if (draw < 0.06) {
      if (faults.has('reshard') && stream.shards.size < SHARDS_MAX) stream.reshard(shard);
      else if (faults.has('reshard')) stream.expire();
    } else if (draw < 0.08) {
      if (faults.has('reshard')) stream.expire();
    } else if (draw < 0.11) {
      if (faults.strikes('silence', 1)) shard.silentUntilMs = time.nowMs + random.below(60 * SECONDS_MS);
    } else if (draw < 0.15) {
      if (faults.strikes('lag', 1)) shard.lagsUntilMs = time.nowMs + random.below(60 * SECONDS_MS);
    } else if (draw < 0.17) {
      if (faults.strikes('silence', 1)) await time.sleep(random.pick([20, 60, 900]) * SECONDS_MS);
    } else if (shard.silentUntilMs <= time.nowMs) this.#send(shard);
  }

  /** A shard is silent for longer than items live, while the others send something every few hours. */
  async #longSilence(): Promise<void> {
    const { random, time, faults } = this.#world;
    this.#left--;
    const [silent, ...others] = this.#stream.open;
    if (silent === undefined || others.length === 0) return;
    faults.count('expiry');
    this.#isInLongSilence = true;
    faults.rest(true);
    for (let hours = 0; hours < LONG_SILENCE_HOURS; hours += 4) {
      await time.sleep(4 * HOUR_MS);
      this.#send(random.pick(others));
    }
    this.#isInLongSilence = false;
    faults.rest(false);
  }

  #send(shard: SimulatedShard): void {
    const { random, time, faults } = this.#world;
    if (faults.strikes('poison', 0.06)) {
      this.#left--;
      this.#put(shard, random.pick(POISON)(time.nowMs), { kind: 'poison' });
      return;
    }
    // The limits themselves more often than what lies between.
    this.#sendEvent(shard, (source) => {
      const bound = this.#workload.delayMsMax(source);
      return faults.strikes('old-data', 0.12) ? random.below(90_000) : random.pick([0, bound, random.below(bound + 1)]);
    });
  }

  #sendEvent(shard: SimulatedShard, delayMsOf: Workload['delayMsMax']): void {
    const { faults } = this.#world;
    this.#left--;
    const event = this.#event(delayMsOf);
    const json = JSON.stringify(event);
    this.#put(shard, json, { kind: 'event', event });
    const { dropsRepeats, windows } = this.#workload;
    const isTaken = windows.some((window) => window.takes(event));
    if (dropsRepeats && isTaken && faults.strikes('repeats', 0.15)) void this.#repeat(shard, json);
  }

  /** The answer to a put was lost: the producer puts the event again, where it is still let to. */
  async #repeat(shard: SimulatedShard, json: string): Promise<void> {
    await this.#world.time.sleep(this.#world.random.below(REPEATED_WITHIN_MS_MAX));
    if (!shard.isClosed && !this.#isDone) this.#put(shard, json, { kind: 'repeat' });
  }

  #event(delayMsOf: Workload['delayMsMax']): SentEvent {
    const { random, time } = this.#world;
    const { sources, delayMsMax, producerSkewMs, hasMarkers } = this.#workload;
    const source = random.pick(sources);
    const bound = delayMsMax(source);
    const delayMs = delayMsOf(source);
    const isMarker = hasMarkers && random.chance(0.4);
    return {
      id: this.sent.length,
      at: time.nowMs + random.pick(this.#skewsMs) - delayMs,
      key: `${random.pick(['a', 'b'])}${random.below(2)}`,
      amount: random.below(1_000) / 8,
      source,
      kind: isMarker ? 'marker' : random.chance(0.1) ? 'heartbeat' : 'event',
      ...(isMarker ? { upTo: time.nowMs - producerSkewMs - bound - 1 } : {}),
    };
  }

  #put(shard: SimulatedShard, data: string | Uint8Array, what: Pick<SentRecord, 'kind' | 'event'>): void {
    const sequenceNumber = this.#stream.put(shard, data);
    this.sent.push({ shard, sequenceNumber, ...what });
    const { kind, event } = what;
    const said = event === undefined ? kind : `${event.kind} ${event.id} of ${event.at - this.#world.time.nowMs} ms`;
    this.#world.trace.note('producer', `${said} on ${shard.id}`);
  }
}

/** What producers have put on streams, by mistake. */
const POISON: readonly ((nowMs: number) => string | Uint8Array)[] = [
  () => '{"at":',
  () => '',
  () => Buffer.from([0xff, 0xfe, 0x00]),
  () => '{"key":"a0","amount":1,"source":"meters","kind":"event"}',
  () => '{"at":"yesterday","key":"a0","amount":1,"source":"meters","kind":"event"}',
  () => 'null',
  // The year 9999, and a clock that is two hours ahead.
  () => '{"id":-1,"at":253370764800000,"key":"a0","amount":1,"source":"meters","kind":"event"}',
  (nowMs) => `{"id":-1,"at":${nowMs + 2 * HOUR_MS},"key":"a0","amount":1,"source":"meters","kind":"event","upTo":${nowMs + 2 * HOUR_MS}}`,
];
