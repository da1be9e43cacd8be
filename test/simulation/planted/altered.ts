import { type Epoch, decodeEpoch, encodeEpoch } from '../../../shared/log/epoch.ts';
import type { LogName, ShardId } from '../../../shared/log/keys.ts';
import type { LogStore } from '../../../shared/ports/log-store.ts';
import type { OutputRecord, Publisher } from '../../../shared/ports/publisher.ts';
import { type WatermarkFacts, decideWatermark } from '../../../shared/watermarks/decide-watermark.ts';
import type { ShardProof } from '../../../shared/watermarks/shard-proof.ts';
import type { Mistake } from '../mistake.ts';

/** Mistakes by what they are. */
export type PlantedBugs = Readonly<Record<string, Mistake>>;

export const isShardLog = (log: LogName) => log.includes('#shard#');
export const isShardNotesLog = (log: LogName) => log.includes('#shards#');
export const isEpochLog = (log: LogName) => log.endsWith('#epochs');
export const isSnapshotLog = (log: LogName) => log.endsWith('#snapshots');
export const isControlLog = (log: LogName) => log.endsWith('#control');
export const isPublicationLog = (log: LogName) => log.endsWith('#published');

/** Some calls of a log store done otherwise. */
export function altered(store: LogStore, otherwise: Partial<LogStore>): LogStore {
  return {
    ...(store.retentionMs === undefined ? {} : { retentionMs: store.retentionMs }),
    append: otherwise.append ?? (async (...call) => store.append(...call)),
    read: otherwise.read ?? (async (...call) => store.read(...call)),
    last: otherwise.last ?? (async (...call) => store.last(...call)),
  };
}

/** Epochs appended other than they were meant. */
export function withEpochs(store: LogStore, change: (epoch: Epoch) => Epoch | Promise<Epoch>): LogStore {
  return altered(store, {
    append: async (log, position, entry) =>
      store.append(log, position, isEpochLog(log) ? encodeEpoch(await change(decodeEpoch({ ...entry }))) : entry),
  });
}

/** A client some of whose answers or commands are not what they should be. */
export function intercepted<C extends { send: unknown }>(
  client: C,
  send: (command: unknown, go: (command: unknown) => Promise<unknown>) => Promise<unknown>,
): C {
  const go = (client.send as (command: unknown) => Promise<unknown>).bind(client);
  return { send: async (command: unknown) => send(command, go) } as unknown as C;
}

/** The decision made from facts that are not so. */
export const believing =
  (change: (facts: WatermarkFacts) => WatermarkFacts): typeof decideWatermark =>
  (rules, facts) =>
    decideWatermark(rules, change(facts));

export function withProofs(
  facts: WatermarkFacts,
  prove: (shard: ShardId, proof: ShardProof | undefined) => ShardProof | undefined,
): WatermarkFacts {
  return {
    ...facts,
    proofs: new Map(
      [...facts.shards.keys()].flatMap((shard): [ShardId, ShardProof][] => {
        const proof = prove(shard, facts.proofs.get(shard));
        return proof === undefined ? [] : [[shard, proof]];
      }),
    ),
  };
}

/** Publishes only when told to, and then all that waits. */
export class Postponed implements Publisher {
  readonly #publisher: Publisher;
  #waiting: OutputRecord[] = [];

  constructor(publisher: Publisher) {
    this.#publisher = publisher;
  }

  async publish(records: readonly OutputRecord[]): Promise<void> {
    this.#waiting.push(...records);
  }

  async release(): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = [];
    await this.#publisher.publish(waiting);
  }
}
