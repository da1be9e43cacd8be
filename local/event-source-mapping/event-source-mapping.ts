import { DescribeStreamSummaryCommand, type KinesisClient } from '@aws-sdk/client-kinesis';
import { readableShards, type ShardLineage } from '../kinesis/shard-lineage.ts';
import { listShards } from '../kinesis/shard-list.ts';
import { type ShardPosition, ShardReader } from '../kinesis/shard-reader.ts';
import { pause } from '../../shared/adapters/pause.ts';
import { type MappingConfiguration, mappingConfiguration } from './configuration.ts';
import type { FailureDocument } from './failure-document.ts';
import { type Delivery, type InvocationTarget, type PollerOptions, ShardPoller } from './shard-poller.ts';

/** A date is AT_TIMESTAMP. */
export type StartingPosition = 'TRIM_HORIZON' | 'LATEST' | Date;

export interface MappingOptions {
  readonly kinesis: KinesisClient;
  readonly streamName: string;
  readonly target: InvocationTarget;
  /** Where shards are read from that exist at the start and have no checkpoint; later ones are read from their beginning. */
  readonly startingPosition: StartingPosition;
  readonly configuration?: Partial<MappingConfiguration>;
  /** Sequence number per shard after which to go on, as `checkpoints()` of an earlier mapping gave them. */
  readonly resumeFrom?: ReadonlyMap<string, string>;
  /** The on-failure destination: gets what Lambda would send to a queue. */
  readonly onFailure?: (document: FailureDocument) => void | Promise<void>;
  /** Told after every invocation. */
  readonly onDelivery?: (delivery: Delivery) => void;
  /** Told of everything that fails outside the function and is tried again: reads, shard lists, the destination. */
  readonly onError: (error: unknown) => void;
  /** 100 by default. AWS polls about once a second. */
  readonly pollIntervalMs?: number;
  /** How often new shards are looked for; 1,000 by default. */
  readonly shardDiscoveryMs?: number;
  /** By default 100 ms, doubling up to 10 s. */
  readonly retryWait?: { readonly firstMs: number; readonly maxMs: number };
}

interface MappedShard extends ShardLineage {
  readonly poller: ShardPoller;
}

/**
 * Stands for Lambda's event source mapping between a Kinesis stream and a function: one poller a shard, order kept
 * within a shard, parents read to their end before their children are begun.
 */
export class EventSourceMapping {
  readonly #options: MappingOptions;
  readonly #pollerOptions: PollerOptions;
  readonly #stopping = new AbortController();
  readonly #shards = new Map<string, MappedShard>();
  readonly #started = new Set<string>();
  readonly #finished = new Set<string>();
  readonly #running = new Set<Promise<void>>();
  readonly #waiting = new Set<() => void>();
  #discovering: Promise<void> = Promise.resolve();
  #broken: { readonly error: unknown } | undefined;

  private constructor(options: MappingOptions, streamArn: string) {
    this.#options = options;
    this.#pollerOptions = {
      streamArn,
      target: options.target,
      configuration: mappingConfiguration(options.configuration),
      pollIntervalMs: options.pollIntervalMs ?? 100,
      retryWait: options.retryWait ?? { firstMs: 100, maxMs: 10_000 },
      onFailure: options.onFailure,
      onDelivery: options.onDelivery,
      onError: options.onError,
      onProgress: () => this.#notify(),
      signal: this.#stopping.signal,
    };
  }

  /** Resolves when every shard's position is fixed: with LATEST, what is put from then on is delivered. */
  static async start(options: MappingOptions): Promise<EventSourceMapping> {
    mappingConfiguration(options.configuration);
    const { kinesis, streamName, startingPosition, shardDiscoveryMs = 1_000 } = options;
    const { StreamDescriptionSummary: summary } = await kinesis.send(new DescribeStreamSummaryCommand({ StreamName: streamName }));
    const mapping = new EventSourceMapping(options, summary?.StreamARN ?? '');
    await mapping.#discover(positionOf(startingPosition));
    mapping.#track(mapping.#discoverEvery(shardDiscoveryMs));
    return mapping;
  }

  /** Per shard the sequence number up to which every record is done or discarded. */
  checkpoints(): Map<string, string> {
    const checkpoints = new Map(this.#options.resumeFrom);
    for (const { shardId, poller } of this.#shards.values()) {
      if (poller.checkpoint !== undefined) checkpoints.set(shardId, poller.checkpoint);
    }
    return checkpoints;
  }

  /**
   * Resolves when everything that was on the stream at the time of the call has been read and acknowledged (or
   * discarded), on every shard and on the children of those that close meanwhile. While a batch is retried for ever, it
   * waits for ever. Throws when the mapping is stopped before.
   */
  async caughtUp(): Promise<void> {
    const sinceMs = performance.now();
    await this.#discover();
    while (!this.#isCaughtUpSince(sinceMs)) {
      if (this.#broken !== undefined) throw this.#broken.error;
      if (this.#stopping.signal.aborted) throw new Error('The mapping was stopped before it had caught up.');
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  /** Takes no more records; resolves when the invocations in flight have ended and their results are in the checkpoints. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#notify();
    await Promise.all(this.#running);
  }

  #isCaughtUpSince(performanceMs: number): boolean {
    const shards = [...this.#shards.values()];
    return shards.every(({ shardId, poller }) => this.#finished.has(shardId) || poller.hasSeenTipSince(performanceMs));
  }

  async #discoverEvery(intervalMs: number): Promise<void> {
    const { signal } = this.#stopping;
    for (;;) {
      await pause(intervalMs, signal);
      if (signal.aborted) return;
      await this.#discover().catch(this.#options.onError);
    }
  }

  /** One at a time: two lists that overtake each other would start a shard twice. */
  #discover(positionOfNew?: ShardPosition): Promise<void> {
    const discovery = this.#discovering.then(() => this.#discoverOnce(positionOfNew));
    this.#discovering = discovery.catch(() => {});
    return discovery;
  }

  async #discoverOnce(positionOfNew: ShardPosition = { kind: 'trimHorizon' }): Promise<void> {
    const { kinesis, streamName, resumeFrom } = this.#options;
    const listed = await listShards(kinesis, streamName);
    for (const shard of listed.filter(({ shardId }) => !this.#shards.has(shardId))) {
      const checkpoint = resumeFrom?.get(shard.shardId);
      const position: ShardPosition = checkpoint === undefined ? positionOfNew : { kind: 'after', sequenceNumber: checkpoint };
      const reader = new ShardReader(kinesis, streamName, shard.shardId, position);
      if (position.kind === 'latest') await reader.open();
      this.#shards.set(shard.shardId, { ...shard, poller: new ShardPoller(shard.shardId, reader, this.#pollerOptions) });
    }
    this.#startReadable();
  }

  #startReadable(): void {
    if (this.#stopping.signal.aborted) return;
    for (const { shardId } of readableShards([...this.#shards.values()], this.#started, this.#finished)) {
      this.#started.add(shardId);
      this.#track(this.#run(shardId));
    }
  }

  async #run(shardId: string): Promise<void> {
    const hasEnded = await this.#shards.get(shardId)?.poller.run();
    if (hasEnded !== true) return;
    // The children are known before the parent counts as finished: at no moment does nothing seem left to read.
    await this.#discoverUntilDone();
    this.#finished.add(shardId);
    this.#startReadable();
  }

  async #discoverUntilDone(): Promise<void> {
    const { signal } = this.#stopping;
    for (let isListed = false; !isListed && !signal.aborted; ) {
      isListed = await this.#discover().then(
        () => true,
        async (error: unknown) => {
          this.#options.onError(error);
          await pause(this.#pollerOptions.retryWait.maxMs, signal);
          return false;
        },
      );
    }
  }

  /** Keeps hold of work in the background: `stop` waits for it, and what it throws is a fault of this program. */
  #track(work: Promise<void>): void {
    const tracked = work
      .catch((error: unknown) => {
        this.#broken ??= { error };
        this.#options.onError(error);
      })
      .finally(() => {
        this.#running.delete(tracked);
        this.#notify();
      });
    this.#running.add(tracked);
  }

  #notify(): void {
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }
}

function positionOf(start: StartingPosition): ShardPosition {
  if (start instanceof Date) return { kind: 'atTimestamp', time: start };
  return start === 'LATEST' ? { kind: 'latest' } : { kind: 'trimHorizon' };
}
