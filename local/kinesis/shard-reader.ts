import {
  type _Record,
  ExpiredIteratorException,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type GetShardIteratorCommandInput,
  type KinesisClient,
} from '@aws-sdk/client-kinesis';

/** One record of a stream and its place. */
export interface ShardRecord {
  readonly shardId: string;
  /** A decimal number of up to 56 digits and more: compared as BigInt, never as Number. */
  readonly sequenceNumber: string;
  readonly partitionKey: string;
  readonly data: Uint8Array;
  /** Epoch milliseconds. */
  readonly arrivedAtMs: number;
}

/** Where a reader stands: at an end of the shard, at its first record from a moment on, or just after a record. */
export type ShardPosition =
  | { readonly kind: 'trimHorizon' }
  | { readonly kind: 'latest' }
  | { readonly kind: 'atTimestamp'; readonly time: Date }
  | { readonly kind: 'after'; readonly sequenceNumber: string };

export interface ShardRead {
  /** In the shard's order; empty at the tip, and sometimes on the way there. */
  readonly records: readonly ShardRecord[];
  /** There was nothing left to read when the service answered. */
  readonly atTip: boolean;
  /** A closed shard has been read to its end: there is nothing more to read, ever. */
  readonly ended: boolean;
}

const RECORDS_PER_READ_MAX = 10_000;

/** Reads one shard from a position on. Iterators live five minutes; one that has expired is renewed from the last record. */
export class ShardReader {
  readonly #kinesis: KinesisClient;
  readonly #streamName: string;
  readonly #shardId: string;
  #position: ShardPosition;
  readonly #notBeforeMs: number;
  /** When 'latest' was resolved: to renew it later as 'latest' would skip what came in between. */
  #openedAt: Date | undefined;
  #iterator: string | undefined;

  constructor(kinesis: KinesisClient, streamName: string, shardId: string, position: ShardPosition) {
    this.#kinesis = kinesis;
    this.#streamName = streamName;
    this.#shardId = shardId;
    this.#position = position;
    this.#notBeforeMs = position.kind === 'atTimestamp' ? position.time.getTime() : Number.NEGATIVE_INFINITY;
  }

  /** Fixes the position now: what is put after this call is read even when it started from 'latest'. */
  async open(): Promise<void> {
    const input: GetShardIteratorCommandInput = {
      StreamName: this.#streamName,
      ShardId: this.#shardId,
      ...iteratorStart(this.#position, this.#openedAt),
    };
    this.#openedAt ??= new Date();
    const { ShardIterator } = await this.#kinesis.send(new GetShardIteratorCommand(input));
    this.#iterator = ShardIterator;
  }

  /** The next records. Throws what the service throws, and can then be called again: nothing is skipped. */
  async read(signal?: AbortSignal): Promise<ShardRead> {
    if (this.#iterator === undefined) await this.open();
    const command = new GetRecordsCommand({ ShardIterator: this.#iterator, Limit: RECORDS_PER_READ_MAX });
    try {
      const {
        Records: raw = [],
        NextShardIterator: next,
        MillisBehindLatest: behindMs = 0,
      } = await this.#kinesis.send(command, signal === undefined ? {} : { abortSignal: signal });
      const all = raw.map((record) => shardRecordOf(this.#shardId, record));
      const records = all.filter(({ arrivedAtMs }) => arrivedAtMs >= this.#notBeforeMs);
      const last = all.at(-1);
      if (last !== undefined) this.#position = { kind: 'after', sequenceNumber: last.sequenceNumber };
      this.#iterator = next;
      // kinesalite says 0 ms behind even while it hands out records; AWS may send an empty answer on the way to the tip.
      const atTip = all.length === 0 && behindMs === 0;
      return { records, atTip, ended: next === undefined || next === null };
    } catch (error) {
      if (!(error instanceof ExpiredIteratorException)) throw error;
      this.#iterator = undefined;
      return this.read(signal);
    }
  }
}

function iteratorStart(position: ShardPosition, openedAt: Date | undefined) {
  // One emulator does not answer AT_TIMESTAMP where nothing came since: what came before is read, and left out.
  if (position.kind === 'trimHorizon' || position.kind === 'atTimestamp') return { ShardIteratorType: 'TRIM_HORIZON' } as const;
  if (position.kind === 'after') {
    return { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', StartingSequenceNumber: position.sequenceNumber } as const;
  }
  if (openedAt === undefined) return { ShardIteratorType: 'LATEST' } as const;
  return { ShardIteratorType: 'AT_TIMESTAMP', Timestamp: openedAt } as const;
}

function shardRecordOf(shardId: string, record: _Record): ShardRecord {
  return {
    shardId,
    sequenceNumber: record.SequenceNumber ?? '',
    partitionKey: record.PartitionKey ?? '',
    data: record.Data ?? new Uint8Array(),
    arrivedAtMs: record.ApproximateArrivalTimestamp?.getTime() ?? 0,
  };
}
