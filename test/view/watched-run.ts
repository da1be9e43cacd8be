import { requestControl } from '../../shared/control/request-control.ts';
import type { ControlAction } from '../../shared/log/control-request.ts';
import { FireLanes } from '../../shared/firing/fire-lanes.ts';
import { fixedShards } from '../../shared/adapters/memory/fixed-shards.ts';
import { MemoryLogStore } from '../../shared/adapters/memory/memory-log-store.ts';
import { MemoryPublisher } from '../../shared/adapters/memory/memory-publisher.ts';
import { Ingest } from '../../shared/ingest/ingest.ts';
import type { Pane } from '../../shared/pipeline/pane.ts';
import type { Pipeline } from '../../shared/pipeline/pipeline.ts';
import type { Values } from '../../shared/pipeline/pipeline-options.ts';
import { delivered } from '../fixtures/delivered-record.ts';
import type { ShardProbe } from '../../shared/ports/shard-probe.ts';
import type { ShardId } from '../../shared/watermarks/shard.ts';

/** A pipeline on memory that somebody looks at while it runs. */
export class WatchedRun<E, V = Values> {
  readonly store = new MemoryLogStore();
  readonly output = new MemoryPublisher();
  readonly pipeline: Pipeline<never>;
  readonly ports;
  readonly #ingest: Ingest<E>;
  readonly #fire: FireLanes;
  #records = 0;
  nowMs = 1_000_000;
  /** Whether nothing stands on the shards behind what was committed. */
  isSilent = false;

  constructor(pipeline: Pipeline<E, V>, ...shards: readonly string[]) {
    this.pipeline = pipeline;
    this.ports = {
      logStore: this.store,
      shards: fixedShards(...(shards as readonly ShardId[])),
      clock: { nowMs: () => this.nowMs },
    };
    const side = new MemoryPublisher();
    this.#ingest = new Ingest(pipeline, { ...this.ports, sideStream: side });
    const shardProbe: ShardProbe = { probe: async () => ({ kind: this.isSilent ? 'empty' : 'records' }) };
    this.#fire = new FireLanes(this.pipeline, { ...this.ports, outputStream: this.output, sideStream: side, shardProbe });
  }

  async send(shard: string, events: readonly E[]): Promise<void> {
    const records = events.map((event) => delivered(++this.#records, JSON.stringify(event)));
    await this.#ingest.ingest(shard as ShardId, records);
  }

  async fire(): Promise<void> {
    await this.#fire.fire();
  }

  async ask(action: ControlAction): Promise<void> {
    await requestControl(this.pipeline.name, action, this.ports);
  }

  async drain(): Promise<void> {
    await this.#fire.drain();
  }

  get panes(): Pane[] {
    return this.output.documents<Pane>();
  }
}
