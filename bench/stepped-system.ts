import { busyShards } from '../shared/adapters/memory/busy-shards.ts';
import { fixedShards } from '../shared/adapters/memory/fixed-shards.ts';
import { Fire } from '../shared/firing/fire.ts';
import { Ingest } from '../shared/ingest/ingest.ts';
import type { ShardId } from '../shared/log/keys.ts';
import type { Pipeline } from '../shared/pipeline/pipeline.ts';
import type { LogStore } from '../shared/ports/log-store.ts';
import { cpuUs } from './cpu.ts';
import { inputRecords } from './input-records.ts';
import { type Measurement, measurementPayloads, NOON_MS } from './measurements.ts';

export interface Steps {
  readonly stepMs: number;
  /** Of all shards together. */
  readonly eventsAStep: number;
  readonly keys: number;
  /** Default: one. */
  readonly shards?: number;
}

/** CPU of a step, in microseconds. */
export interface StepTimes {
  readonly ingestUs: number;
  readonly fireUs: number;
}

/** A pipeline that goes through event time step by step: a batch on every shard, then every lane fires. */
export class SteppedSystem {
  readonly clock = { nowMs: () => this.#nowMs };
  readonly #definition: Pipeline<Measurement>;
  readonly #logStore: LogStore;
  readonly #steps: Steps;
  readonly #shards: readonly ShardId[];
  readonly #ingest: Ingest<Measurement>;
  readonly #fires: readonly Fire[];
  #nowMs = NOON_MS;
  #step = 0;
  #records = 0n;
  panes = 0;

  constructor(definition: Pipeline<Measurement>, logStore: LogStore, steps: Steps) {
    this.#definition = definition;
    this.#logStore = logStore;
    this.#steps = steps;
    this.#shards = Array.from({ length: steps.shards ?? 1 }, (_each, index) => `shardId-${String(index).padStart(12, '0')}` as ShardId);
    this.#ingest = new Ingest(definition, { logStore, sideStream: { publish: async () => {} }, clock: this.clock });
    this.#fires = this.startFires();
  }

  /** Functions that fire, one a lane, without anything in their memory. */
  startFires(): Fire[] {
    const { clock } = this;
    const ports = {
      logStore: this.#logStore,
      sideStream: { publish: async () => {} },
      outputStream: { publish: async (records: readonly unknown[]) => void (this.panes += records.length) },
      shards: fixedShards(...this.#shards),
      shardProbe: busyShards,
      clock,
    };
    return Array.from({ length: this.#definition.lanes }, (_each, lane) => new Fire(this.#definition, ports, { lane }));
  }

  async step(): Promise<StepTimes> {
    const { stepMs, eventsAStep, keys } = this.#steps;
    const fromMs = NOON_MS + this.#step * stepMs;
    this.#nowMs = fromMs + stepMs;
    const batches = this.#shards.map((shard, index) => {
      const payloads = measurementPayloads(eventsAStep / this.#shards.length, keys, fromMs, 1 + this.#step * this.#shards.length + index);
      const records = inputRecords(payloads, this.#nowMs, this.#records);
      this.#records += BigInt(records.length);
      return { shard, records };
    });
    this.#step++;
    const beganAtUs = cpuUs();
    for (const { shard, records } of batches) await this.#ingest.ingest(shard, records);
    const ingestedAtUs = cpuUs();
    for (const fire of this.#fires) await fire.fire();
    return { ingestUs: ingestedAtUs - beganAtUs, fireUs: cpuUs() - ingestedAtUs };
  }
}
