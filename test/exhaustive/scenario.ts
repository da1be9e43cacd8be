import { Buffer } from 'node:buffer';
import type { SnapshotPolicy } from '../../shared/firing/snapshot-policy.ts';
import type { InputRecord } from '../../shared/ingest/input-record.ts';
import type { ControlAction } from '../../shared/log/control-request.ts';
import type { ShardId } from '../../shared/log/keys.ts';
import type { SequenceNumber } from '../../shared/log/sequence-number.ts';
import type { Pipeline } from '../../shared/pipeline/pipeline.ts';

/** One event of a scenario. */
export interface Reading {
  /** 0 or 1. */
  readonly shard: number;
  /** Event time, in epoch milliseconds. */
  readonly at: number;
  /** A power of two: a sum then says which events are in it, and how often. */
  readonly amount: number;
}

/** How much may happen before the scope ends. */
export interface Scope {
  readonly writers: number;
  readonly firers: number;
  readonly invocationsPerWriter: number;
  readonly invocationsPerFirer: number;
  /** Killed processes, lost answers and failed calls, all together. */
  readonly faults: number;
}

export interface ScenarioOptions {
  readonly title: string;
  readonly pipeline: Pipeline<Reading>;
  /** In the order in which they are put on the stream. */
  readonly readings: readonly Reading[];
  /** The others are put whenever the clock shows something later than at first. Default: all. */
  readonly recordsPutAtFirst?: number;
  /** What the clock shows while anything goes wrong, one after the other, in epoch milliseconds. Default: it stands still. */
  readonly clockMs?: readonly number[];
  /** Whether the pipeline is drained when everything is delivered; otherwise time closes what is open. */
  readonly drains: boolean;
  /** What somebody asks of the pipeline meanwhile, one after the other, whenever he likes. Default: nothing. */
  readonly requests?: readonly ControlAction[];
  /** Whether a month may pass once. */
  readonly expires?: boolean;
  /** When whoever fires writes its state down. Default: as the engine does, which is never in so small a world. */
  readonly snapshots?: SnapshotPolicy;
  /** Whether some event is older than its bound allows. */
  readonly isDisorderly?: boolean;
  readonly scope: Scope;
}

/** A small world whose every course is run. */
export class Scenario {
  readonly title: string;
  readonly pipeline: Pipeline<Reading>;
  readonly readings: readonly Reading[];
  readonly recordsPutAtFirst: number;
  /** All that the clock ever shows: behind the last tick, when all has calmed down, once for what is delivered and once for what fires. */
  readonly clockMs: readonly number[];
  /** The newest reading of the clock while anything goes wrong. */
  readonly lastTick: number;
  readonly drains: boolean;
  readonly requests: readonly ControlAction[];
  readonly expires: boolean;
  readonly isDisorderly: boolean;
  readonly snapshots: SnapshotPolicy | undefined;
  readonly scope: Scope;
  readonly shards: readonly ShardId[] = [0, 1].map((index) => `shardId-00000000000${index}` as ShardId);
  readonly #options: ScenarioOptions;
  /** By how many are put, by shard: asked for in every state. */
  readonly #recordsByPut: readonly ReadonlyMap<ShardId, readonly InputRecord[]>[];

  constructor(options: ScenarioOptions) {
    this.title = options.title;
    this.pipeline = options.pipeline;
    this.readings = options.readings;
    this.recordsPutAtFirst = options.recordsPutAtFirst ?? options.readings.length;
    const { clockMs = [1_000] } = options;
    this.lastTick = clockMs.length - 1;
    const last = clockMs[this.lastTick] as number;
    this.clockMs = [...clockMs, last + CALM_MS, last + 2 * CALM_MS];
    this.#options = options;
    this.drains = options.drains;
    this.requests = options.requests ?? [];
    this.expires = options.expires ?? false;
    this.isDisorderly = options.isDisorderly ?? false;
    this.snapshots = options.snapshots;
    this.scope = options.scope;
    const records = this.readings.map(
      (reading, index): InputRecord => ({
        sequenceNumber: String(FIRST_SEQUENCE_NUMBER + index) as SequenceNumber,
        partitionKey: 'any',
        arrivedAtMs: this.clockMs[index < this.recordsPutAtFirst ? 0 : 1] as number,
        data: Buffer.from(JSON.stringify(reading)).toString('base64'),
        encoding: 'base64',
      }),
    );
    this.#recordsByPut = [...records, undefined].map((_, recordsPut) =>
      Map.groupBy(records.slice(0, recordsPut), (_record, index) => this.shards[this.readings[index]?.shard ?? 0] as ShardId),
    );
  }

  with(scope: Partial<Scope>): Scenario {
    return new Scenario({ ...this.#options, scope: { ...this.scope, ...scope } });
  }

  /** The records of a shard that are among the first ones put, in order. */
  readonly recordsOf = (shard: ShardId, recordsPut: number): readonly InputRecord[] => this.#recordsByPut[recordsPut]?.get(shard) ?? [];

  /** The reading behind a record; with its place in the order of all. */
  readingOf(sequenceNumber: SequenceNumber): { readonly reading: Reading; readonly index: number } {
    const index = Number(sequenceNumber) - FIRST_SEQUENCE_NUMBER;
    return { reading: this.readings[index] as Reading, index };
  }
}

const FIRST_SEQUENCE_NUMBER = 10 ** 15;
// Longer than every idle timeout and window.
const CALM_MS = 3_600_000;
