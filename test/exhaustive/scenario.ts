import { Buffer } from 'node:buffer';
import type { InputRecord } from '../../shared/ingest/input-record.ts';
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
  /** What the clock shows, one after the other; the last only when all has calmed down. Epoch milliseconds. */
  readonly clockMs: readonly number[];
  /** Whether the pipeline is drained when everything is delivered; otherwise time closes what is open. */
  readonly drains: boolean;
  /** Whether a month may pass once. */
  readonly expires?: boolean;
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
  readonly clockMs: readonly number[];
  readonly drains: boolean;
  readonly expires: boolean;
  readonly isDisorderly: boolean;
  readonly scope: Scope;
  readonly shards: readonly ShardId[] = [0, 1].map((index) => `shardId-00000000000${index}` as ShardId);
  readonly #records: readonly { readonly shard: ShardId; readonly record: InputRecord }[];

  constructor(options: ScenarioOptions) {
    this.title = options.title;
    this.pipeline = options.pipeline;
    this.readings = options.readings;
    this.recordsPutAtFirst = options.recordsPutAtFirst ?? options.readings.length;
    this.clockMs = options.clockMs;
    this.drains = options.drains;
    this.expires = options.expires ?? false;
    this.isDisorderly = options.isDisorderly ?? false;
    this.scope = options.scope;
    this.#records = this.readings.map((reading, index) => ({
      shard: this.shards[reading.shard] as ShardId,
      record: {
        sequenceNumber: String(FIRST_SEQUENCE_NUMBER + index) as SequenceNumber,
        partitionKey: 'any',
        arrivedAtMs: this.clockMs[index < this.recordsPutAtFirst ? 0 : 1] as number,
        data: Buffer.from(JSON.stringify(reading)).toString('base64'),
        encoding: 'base64',
      },
    }));
  }

  /** The newest reading of the clock while anything goes wrong. */
  get lastTick(): number {
    return this.clockMs.length - 2;
  }

  with(scope: Partial<Scope>): Scenario {
    return new Scenario({ ...this, scope: { ...this.scope, ...scope } });
  }

  /** The records of a shard that are among the first ones put, in order. */
  readonly recordsOf = (shard: ShardId, recordsPut: number): readonly InputRecord[] =>
    this.#records.slice(0, recordsPut).flatMap((put) => (put.shard === shard ? [put.record] : []));

  /** The reading behind a record; with its place in the order of all. */
  readingOf(sequenceNumber: SequenceNumber): { readonly reading: Reading; readonly index: number } {
    const index = Number(sequenceNumber) - FIRST_SEQUENCE_NUMBER;
    return { reading: this.readings[index] as Reading, index };
  }
}

const FIRST_SEQUENCE_NUMBER = 10 ** 15;
