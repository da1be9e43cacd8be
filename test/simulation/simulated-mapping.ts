import { type Batch, batchLength, isBatchDue, splitByAge } from '../../local/event-source-mapping/batch.ts';
import type { MappingConfiguration } from '../../local/event-source-mapping/configuration.ts';
import { decide } from '../../local/event-source-mapping/decision.ts';
import { deliveryResult } from '../../local/event-source-mapping/delivery-result.ts';
import { type DeliverableRecord, deliverableRecord, kinesisEvent } from '../../local/event-source-mapping/kinesis-event.ts';
import { readableShards } from '../../local/kinesis/shard-lineage.ts';
import { backoffMs } from '../../shared/adapters/pause.ts';
import type { InvocationOutcome } from '../../local/lambda/invocation.ts';
import type { KinesisStreamEvent } from 'aws-lambda';
import type { SimulatedShard, SimulatedStream } from './simulated-stream.ts';
import type { World } from './world.ts';

export interface SimulatedMappingOptions {
  readonly name: string;
  readonly configuration: MappingConfiguration;
  readonly invoke: (event: KinesisStreamEvent) => Promise<InvocationOutcome>;
  /** Children wait until their parents have been delivered, as Lambda has it. */
  readonly keepsLineage: boolean;
  /** Told when records are done, up to the one with this number in its shard. */
  readonly onAcknowledged: (shard: SimulatedShard, records: number) => void;
}

const STREAMS_ARN = 'arn:aws:kinesis:eu-central-1:000000000000:stream/';
const RETRY_WAIT = { firstMs: 100, maxMs: 10_000 };
const SHARDS_AT_ONCE_MAX = 64;

/** An event source mapping in virtual time: its rules are those of `local/event-source-mapping`, its clock and its reads are simulated. */
export class SimulatedMapping {
  readonly #world: World;
  readonly #stream: SimulatedStream;
  readonly #options: SimulatedMappingOptions;
  readonly #started = new Set<string>();
  readonly #finished = new Set<string>();
  #isStopped = false;

  /** Starts at the trim horizon. */
  constructor(world: World, stream: SimulatedStream, options: SimulatedMappingOptions) {
    this.#world = world;
    this.#stream = stream;
    this.#options = options;
    void this.#discover();
  }

  /** What is in flight goes on, and its answer is heard by nobody. */
  stop(): void {
    this.#isStopped = true;
  }

  async #discover(): Promise<void> {
    while (!this.#isStopped && this.#started.size < SHARDS_AT_ONCE_MAX) {
      for (const shard of this.#readable()) {
        this.#started.add(shard.id);
        void this.#poll(shard);
      }
      await this.#stream.change();
      await this.#world.time.sleep(this.#world.random.below(1_000));
    }
  }

  #readable(): SimulatedShard[] {
    const shards = [...this.#stream.shards.values()];
    const listed = shards
      .filter(({ id }) => !this.#stream.hasVanished(id))
      .map(({ id, parents }) => ({ shardId: id, parentShardIds: this.#options.keepsLineage ? parents : [] }));
    const ids = new Set(readableShards(listed, this.#started, this.#finished).map(({ shardId }) => shardId));
    return shards.filter(({ id }) => ids.has(id));
  }

  async #poll(shard: SimulatedShard): Promise<void> {
    const { time, random } = this.#world;
    const { configuration } = this.#options;
    const buffer: DeliverableRecord[] = [];
    let read = 0;
    let windowStartedAtMs = time.nowMs;
    const inFlight = new Set<Promise<void>>();
    while (!this.#isStopped) {
      const ended = shard.isClosed && read === shard.records.length;
      if (isBatchDue({ records: buffer, waitedMs: time.nowMs - windowStartedAtMs, ended }, configuration)) {
        const delivery = this.#deliver(shard, buffer.splice(0, batchLength(buffer, configuration)), read - buffer.length);
        inFlight.add(delivery);
        void delivery.then(() => inFlight.delete(delivery));
        if (inFlight.size >= configuration.parallelizationFactor) await Promise.race(inFlight);
        windowStartedAtMs = time.nowMs;
      } else if (ended) break;
      else {
        const isLagging = shard.lagsUntilMs > time.nowMs;
        const isIdle = !isLagging && buffer.length === 0 && read === shard.records.length;
        if (isIdle) await this.#stream.change();
        if (buffer.length === 0) windowStartedAtMs = time.nowMs;
        await time.sleep(isLagging ? shard.lagsUntilMs - time.nowMs : 20 + random.below(400));
        if (shard.lagsUntilMs > time.nowMs) continue;
        const upTo = Math.min(shard.records.length, read + 1 + random.below(20));
        for (const record of shard.records.slice(read, upTo)) buffer.push(deliverableRecord(record, STREAMS_ARN + this.#stream.name));
        read = upTo;
      }
    }
    await Promise.all(inFlight);
    this.#finished.add(shard.id);
    for (const child of this.#readable()) {
      if (this.#isStopped) break;
      this.#started.add(child.id);
      void this.#poll(child);
    }
  }

  /** @param upTo How many records of the shard there are up to the last of these. */
  async #deliver(shard: SimulatedShard, records: readonly DeliverableRecord[], upTo: number): Promise<void> {
    const { time } = this.#world;
    const { configuration, invoke } = this.#options;
    const pending: Batch[] = [{ records, retriesUsed: 0, invocations: 0 }];
    let done = upTo - records.length;
    const acknowledge = (count: number) => {
      if (this.#isStopped) return;
      done += count;
      this.#options.onAcknowledged(shard, done);
    };
    let failuresInARow = 0;
    for (let batch = pending.shift(); batch !== undefined && !this.#isStopped; batch = pending.shift()) {
      const { live } = splitByAge(batch, time.nowMs, configuration);
      if (live === undefined) continue;
      const outcome = await invoke(kinesisEvent(live.records));
      const decision = decide(live, deliveryResult(outcome, live.records, configuration), configuration);
      this.#world.trace.note(this.#options.name, `${shard.id}: ${live.records.length} records`, decision.kind);
      switch (decision.kind) {
        case 'advance':
          acknowledge(live.records.length);
          failuresInARow = 0;
          break;
        case 'bisect':
          pending.unshift(...decision.halves);
          break;
        case 'discard':
          throw new Error('a mapping that retries for ever discards nothing');
        case 'retry':
          acknowledge(decision.doneCount);
          pending.unshift(decision.rest);
          failuresInARow = decision.doneCount > 0 ? 1 : failuresInARow + 1;
          await time.sleep(backoffMs(failuresInARow, RETRY_WAIT));
          break;
      }
    }
  }
}
