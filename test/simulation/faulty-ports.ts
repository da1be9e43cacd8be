import type { LogName } from '../../shared/log/keys.ts';
import type { Position } from '../../shared/log/position.ts';
import type { SequenceNumber } from '../../shared/log/sequence-number.ts';
import type { AppendOutcome, LogEntry, PositionedEntry } from '../../shared/log/log-entry.ts';
import type { LogStore } from '../../shared/ports/log-store.ts';
import type { OutputRecord, Publisher } from '../../shared/ports/publisher.ts';
import type { ShardDirectory } from '../../shared/ports/shard-directory.ts';
import type { ShardProbe, ShardProbeResult } from '../../shared/ports/shard-probe.ts';
import type { Shard, ShardId } from '../../shared/watermarks/shard.ts';
import type { Random } from './random.ts';
import type { SimulatedShard, SimulatedStream } from './simulated-stream.ts';
import type { Turns } from './turns.ts';

/** A crash, a time-out, a lost connection: the simulated process gets no further. */
export class Fault extends Error {
  override readonly name = 'Fault';
}

/** How often things go wrong, as probabilities of one call. */
export interface FaultRates {
  readonly beforeApply: number;
  readonly afterApply: number;
  readonly staleRead: number;
}

/** A log store as one process sees it: other processes act between its calls, and calls fail before or after they took effect. */
export class FaultyLogStore implements LogStore {
  readonly #store: LogStore;
  readonly #turns: Turns;
  readonly #random: Random;
  readonly #rates: FaultRates;

  constructor(store: LogStore, turns: Turns, random: Random, rates: FaultRates) {
    this.#store = store;
    this.#turns = turns;
    this.#random = random;
    this.#rates = rates;
  }

  async append(log: LogName, position: Position, entry: LogEntry): Promise<AppendOutcome> {
    await this.#turns.next();
    if (this.#random.chance(this.#rates.beforeApply)) throw new Fault('before the append');
    const outcome = await this.#store.append(log, position, entry);
    await this.#turns.next();
    if (this.#random.chance(this.#rates.afterApply)) throw new Fault('after the append');
    return outcome;
  }

  async read(log: LogName, after: Position, consistency: 'eventual' | 'strong' = 'eventual'): Promise<readonly PositionedEntry[]> {
    await this.#turns.next();
    if (this.#random.chance(this.#rates.beforeApply)) throw new Fault('at a read');
    const entries = await this.#store.read(log, after);
    if (consistency === 'strong' || !this.#random.chance(this.#rates.staleRead)) return entries;
    return entries.slice(0, this.#random.below(entries.length + 1));
  }

  async last(log: LogName): Promise<PositionedEntry | undefined> {
    await this.#turns.next();
    if (this.#random.chance(this.#rates.beforeApply)) throw new Fault('at a read');
    return this.#store.last(log);
  }
}

/** A stream as one process sees it: of a publication any part may arrive before it fails. */
export class FaultyPublisher implements Publisher {
  readonly #publisher: Publisher;
  readonly #turns: Turns;
  readonly #random: Random;
  readonly #rates: FaultRates;

  constructor(publisher: Publisher, turns: Turns, random: Random, rates: FaultRates) {
    this.#publisher = publisher;
    this.#turns = turns;
    this.#random = random;
    this.#rates = rates;
  }

  async publish(records: readonly OutputRecord[]): Promise<void> {
    await this.#turns.next();
    if (this.#random.chance(this.#rates.beforeApply)) {
      await this.#publisher.publish(records.slice(0, this.#random.below(records.length + 1)));
      throw new Fault('in the middle of a publication');
    }
    await this.#publisher.publish(records);
    await this.#turns.next();
    if (this.#random.chance(this.#rates.afterApply)) throw new Fault('after a publication');
  }
}

/** The input stream's own account of itself, as one process hears it: late, out of date, or not at all. */
export class FaultyStream implements ShardDirectory, ShardProbe {
  readonly #stream: SimulatedStream;
  readonly #turns: Turns;
  readonly #random: Random;
  readonly #rates: FaultRates;
  readonly #looksWhen: 'asked' | 'listed';
  #heard: readonly SimulatedShard[] = [];
  #recordsWhenListed = 0;

  /** @param looksWhen `listed`: what it answers was so when the shards were listed, before the logs were read. */
  constructor(stream: SimulatedStream, turns: Turns, random: Random, rates: FaultRates, looksWhen: 'asked' | 'listed' = 'asked') {
    this.#looksWhen = looksWhen;
    this.#stream = stream;
    this.#turns = turns;
    this.#random = random;
    this.#rates = rates;
  }

  async list(): Promise<readonly Shard[]> {
    this.#recordsWhenListed = this.#stream.recordCount;
    const isStale = this.#random.chance(this.#rates.staleRead);
    const shards = this.#stream.list(isStale);
    this.#heard = isStale ? [] : [...this.#stream.shards.values()].filter(({ isClosed }) => isClosed);
    await this.#answerOnItsWay();
    return shards;
  }

  /** What was heard last has been taken in. */
  noted(): void {
    for (const shard of this.#heard) shard.isNoted = true;
  }

  async probe(shard: ShardId, after: SequenceNumber | undefined): Promise<ShardProbeResult> {
    await this.#turns.next();
    if (this.#random.chance(this.#rates.beforeApply)) throw new Fault('at a probe');
    if (this.#random.chance(this.#rates.beforeApply)) return { kind: 'unknown' };
    const result = this.#stream.probe(shard, after, this.#looksWhen === 'listed' ? this.#recordsWhenListed : undefined);
    await this.#answerOnItsWay();
    return result;
  }

  /** It may take long, while the world goes on. */
  async #answerOnItsWay(): Promise<void> {
    for (let turns = this.#random.pick([1, 1, 1, 30]); turns > 0; turns--) await this.#turns.next();
  }
}
