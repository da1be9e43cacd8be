import { Buffer } from 'node:buffer';
import {
  GetRecordsCommand,
  GetShardIteratorCommand,
  type KinesisClient,
  ListShardsCommand,
  PutRecordsCommand,
  type PutRecordsRequestEntry,
  ResourceNotFoundException,
} from '@aws-sdk/client-kinesis';
import { paneLines } from '../../shared/consumer/pane-lines.ts';
import type { Shard, ShardId } from '../../shared/watermarks/shard.ts';
import type { Sandbox } from './sandbox.ts';
import { ServiceCalls } from './service-calls.ts';
import type { SimulatedStream } from './simulated-stream.ts';
import type { World } from './world.ts';

export interface SimulatedStreams {
  readonly input: SimulatedStream;
  readonly output: SimulatedStream;
}

export type StreamName = 'output' | 'side';

/** Told of every record that a stream took. */
export type TakenObserver = (stream: StreamName, json: string) => void;

interface Iterator {
  readonly shard: ShardId;
  readonly after: string | undefined;
  /** Empty answers on the way here. */
  readonly empty: number;
}

// What is seen of the stream is old when it is heard of, and that must not matter.
const LOOK_SLOW_CHANCE = 0.06;
const OUTPUT_SHARDS_MAX = 8;
const SILENCE_MS_MIN = 3_000;
const ON_ITS_WAY_MS_MAX = 10_000;
const MINUTE_MS = 60_000;

/** Kinesis as the functions use it: they look at shards of the input and the output stream, and put on the output and the side stream. */
export class SimulatedKinesis {
  readonly #world: World;
  readonly #streams: SimulatedStreams;
  readonly #inputCalls: ServiceCalls;
  readonly #putCalls: ServiceCalls;
  #onTaken: TakenObserver = () => {};
  #onOvertaken: (shard: ShardId | undefined) => void = () => {};
  #isGoneUntilMs = 0;

  constructor(world: World, streams: SimulatedStreams) {
    this.#world = world;
    this.#streams = streams;
    this.#inputCalls = new ServiceCalls('input stream', world, LOOK_SLOW_CHANCE);
    this.#putCalls = new ServiceCalls('streams', world);
  }

  observe(onTaken: TakenObserver): void {
    this.#onTaken = onTaken;
  }

  /** @param onOvertaken Puts something on a shard, or any, while an answer is on its way. */
  letBeOvertaken(onOvertaken: (shard: ShardId | undefined) => void): void {
    this.#onOvertaken = onOvertaken;
  }

  /** @param heard Told of closed shards that the function heard of. */
  client(sandbox: Sandbox, heard: (closed: readonly ShardId[]) => void = () => {}): KinesisClient {
    const send = async (command: unknown) => {
      if (command instanceof PutRecordsCommand) {
        const { StreamName, Records = [] } = command.input;
        return this.#putCalls.call(
          sandbox,
          `put ${Records.length} on ${StreamName}`,
          () => this.#put(StreamName as StreamName, Records),
          ({ FailedRecordCount }) => (FailedRecordCount === 0 ? 'taken' : `${FailedRecordCount} not taken`),
        );
      }
      if (command instanceof ListShardsCommand) {
        const { StreamName } = command.input;
        const list = await this.#inputCalls.call(
          sandbox,
          `list shards of ${StreamName}`,
          () => this.#list(this.#streams[StreamName as keyof SimulatedStreams], heard),
          ({ Shards }) => `${Shards.length}`,
        );
        if (StreamName === 'input') await this.#beOvertaken(sandbox);
        return list;
      }
      if (command instanceof GetShardIteratorCommand) {
        const { ShardId: id, StartingSequenceNumber } = command.input;
        const iterator = { shard: id as ShardId, after: StartingSequenceNumber, empty: 0 };
        return this.#inputCalls.call(
          sandbox,
          `iterator of ${id}`,
          () => this.#iterator(iterator),
          () => '',
        );
      }
      if (command instanceof GetRecordsCommand) {
        const iterator = JSON.parse(command.input.ShardIterator ?? '') as Iterator;
        const found = await this.#inputCalls.call(
          sandbox,
          `look behind ${iterator.after ?? 'the beginning'} of ${iterator.shard}`,
          () => this.#records(iterator),
          ({ Records, NextShardIterator }) => (Records.length > 0 ? 'records' : NextShardIterator === undefined ? 'the end' : 'nothing'),
        );
        await this.#beOvertaken(sandbox, iterator.shard);
        return found;
      }
      throw new Error(`the simulated Kinesis does not know ${(command as object).constructor.name}`);
    };
    return { send } as unknown as KinesisClient;
  }

  #put(stream: StreamName, records: readonly PutRecordsRequestEntry[]) {
    if (stream === 'output' && this.#isGone()) throw new ResourceNotFoundException({ message: 'no such stream', $metadata: {} });
    const { random, faults } = this.#world;
    const isPartial = records.length > 0 && faults.strikes('partial-put', 0.15);
    const { output } = this.#streams;
    const results = records.map(({ Data, PartitionKey = '', ExplicitHashKey }) => {
      if (isPartial && random.chance(0.5)) return { ErrorCode: 'ProvisionedThroughputExceededException', ErrorMessage: 'slow down' };
      const data = Buffer.from(Data ?? []);
      for (const json of paneLines(data.toString('utf8'))) this.#onTaken(stream, json);
      if (stream === 'side') return { ShardId: 'shardId-000000000000', SequenceNumber: '1' };
      const shard = output.shardOf(PartitionKey, ExplicitHashKey);
      return { ShardId: shard.id, SequenceNumber: output.put(shard, data, PartitionKey) };
    });
    // What comes again comes on other shards.
    const reshards = stream === 'output' && output.shards.size < OUTPUT_SHARDS_MAX && faults.strikes('output-reshard', 0.1);
    if (reshards) output.reshard(random.pick(output.open));
    return { FailedRecordCount: results.filter(({ ErrorCode }) => ErrorCode !== undefined).length, Records: results };
  }

  #isGone(): boolean {
    const { time, faults, random } = this.#world;
    if (!faults.has('output-gone')) return false;
    if (time.nowMs < this.#isGoneUntilMs) return true;
    if (!faults.strikes('output-gone', 0.02)) return false;
    this.#isGoneUntilMs = time.nowMs + random.pick([1, 10, 60]) * MINUTE_MS;
    return true;
  }

  #list(stream: SimulatedStream, heard: (closed: readonly ShardId[]) => void) {
    const isOld = this.#world.faults.strikes('stale-list', 0.3);
    if (!isOld) heard([...stream.shards.values()].filter(({ isClosed }) => isClosed).map(({ id }) => id));
    return {
      Shards: stream.list(isOld).map(({ id, parents: [parent, adjacent] }) => ({
        ShardId: id,
        ParentShardId: parent,
        AdjacentParentShardId: adjacent,
      })),
    };
  }

  #iterator(iterator: Iterator) {
    this.#require(iterator.shard);
    return { ShardIterator: JSON.stringify(iterator) };
  }

  #records(iterator: Iterator) {
    const { shard: id, after, empty } = iterator;
    this.#require(id);
    const { input } = this.#streams;
    const shard = input.shards.get(id);
    const [record] = input.after(id, after);
    const { random } = this.#world;
    // Kinesis may answer with nothing on the way to a record, and then says how far it is.
    if (record !== undefined && random.chance(0.2)) {
      return { Records: [], MillisBehindLatest: 1_000, NextShardIterator: JSON.stringify(iterator) };
    }
    if (record !== undefined) {
      return {
        Records: [{ SequenceNumber: record.sequenceNumber, PartitionKey: record.partitionKey, Data: record.data }],
        MillisBehindLatest: 0,
        NextShardIterator: JSON.stringify({ ...iterator, after: record.sequenceNumber }),
      };
    }
    // A closed shard may end only with the answer after the first empty one.
    if (shard?.isClosed === true && (empty > 0 || random.chance(0.5))) {
      const children = input.namesChildren ? { ChildShards: shard.children.map(childShard) } : {};
      return { Records: [], MillisBehindLatest: 0, NextShardIterator: undefined, ...children };
    }
    return { Records: [], MillisBehindLatest: 0, NextShardIterator: JSON.stringify({ ...iterator, empty: empty + 1 }) };
  }

  /** What an answer says may not be so any more when it is heard. */
  async #beOvertaken(sandbox: Sandbox, shard?: ShardId): Promise<void> {
    const { faults, random } = this.#world;
    if (this.#streams.input.silentForMs < SILENCE_MS_MIN || !faults.strikes('overtaken', 0.15)) return;
    this.#onOvertaken(shard);
    await sandbox.sleep(random.below(ON_ITS_WAY_MS_MAX));
  }

  #require(shard: ShardId): void {
    if (this.#streams.input.hasVanished(shard)) throw new ResourceNotFoundException({ message: `no shard ${shard}`, $metadata: {} });
  }
}

function childShard({ id, parents }: Shard) {
  return { ShardId: id, ParentShards: [...parents] };
}
