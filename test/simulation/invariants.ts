import { Buffer } from 'node:buffer';
import { type CommitHeader, decodeCommitHeader } from '../../shared/log/commit.ts';
import type { ControlRequest } from '../../shared/log/control-request.ts';
import { conservationDifference } from '../../shared/log/counts.ts';
import { decodeEpoch, type Epoch, type EpochHeader, type ShardCut } from '../../shared/log/epoch.ts';
import { chunkPartition, type LogName } from '../../shared/log/keys.ts';
import type { LogEntry } from '../../shared/log/log-entry.ts';
import type { Refusal } from '../../shared/log/refusal.ts';
import type { SnapshotHeader } from '../../shared/log/snapshot.ts';
import { FIRST_LANE, type Lane, laneOf } from '../../shared/pipeline/lane.ts';
import type { Pane } from '../../shared/pipeline/pane.ts';
import { BEGINNING_OF_TIME, END_OF_TIME } from '../../shared/time/event-time.ts';
import type { ShardId } from '../../shared/watermarks/shard.ts';
import type { ConsumerKind } from './consumer.ts';
import { paneOfEffect } from './effect-item.ts';
import type { EnrichedCommits } from './enriched-commits.ts';
import { History, type RecordedEpoch } from './history.ts';
import type { Sandbox } from './sandbox.ts';
import type { SimulatedObjects } from './simulated-objects.ts';
import type { StreamName } from './simulated-kinesis.ts';
import type { SimulatedShard, SimulatedStream } from './simulated-stream.ts';
import type { Item, SimulatedTable } from './simulated-table.ts';
import type { World } from './world.ts';

/** Longer than any function can live. */
const ITEM_LIFE_MS_MIN = 20 * 3_600_000;
const EMPTY: ReadonlySet<string> = new Set();

/** What is looked at. */
interface Watched {
  readonly table: SimulatedTable;
  readonly objects: SimulatedObjects;
  readonly stream: SimulatedStream;
  readonly windowsThatMerge: ReadonlySet<string>;
  readonly lanes: number;
  readonly consumer: ConsumerKind;
  /** Absent where nothing is looked up. */
  readonly enriched: EnrichedCommits | undefined;
}

/** The promises that hold after every step: looks at each item that is written, each record that goes out, each batch that is taken for done. */
export class Invariants {
  readonly history: History;
  readonly #world: World;
  readonly #table: SimulatedTable;
  readonly #objects: SimulatedObjects;
  readonly #stream: SimulatedStream;
  readonly #windowsThatMerge: ReadonlySet<string>;
  readonly #consumer: ConsumerKind;
  readonly #enriched: EnrichedCommits | undefined;
  /** How far each log has come. */
  readonly #ends = new Map<string, number>();
  /** Panes of epochs by id, with their bytes. */
  readonly #paneBytes = new Map<string, string>();
  readonly #panesFired = new Map<string, number>();
  readonly #idsPublished = new Set<string>();
  readonly #told = new Set<string>();

  constructor(world: World, { table, objects, stream, windowsThatMerge, lanes, consumer, enriched }: Watched) {
    this.history = new History(lanes);
    this.#world = world;
    this.#table = table;
    this.#objects = objects;
    this.#stream = stream;
    this.#windowsThatMerge = windowsThatMerge;
    this.#consumer = consumer;
    this.#enriched = enriched;
  }

  /** An item was written. */
  written(item: Item, before: Item | undefined, writer: Sandbox): void {
    const pk = item.pk?.S ?? '';
    const [, log, lane = FIRST_LANE] = pk.split('#');
    const pane = paneOfEffect(pk);
    if (pane !== undefined) return this.tookEffect(pane);
    // What consumers remember is no log.
    if (log === 'consumer') return undefined;
    if (pk.includes('#chunks#')) return this.#chunkWritten(pk, item, before);
    // Notes that decide nothing: where they have expired, they begin anew.
    if (log === 'publishing') return this.#noted(item, Number(lane));
    this.#appended(pk, item, before);
    const entry = this.#entry(pk, item);
    if (entry === undefined) return undefined;
    if (log === 'shard') this.#committed(decodeCommitHeader(entry));
    if (log === 'shard') this.#enriched?.committed(entry, writer);
    if (log === 'epochs') this.#fired(decodeEpoch(entry), Number(lane));
    if (log === 'published') this.#marked(Number(item.n?.N), Number(lane));
    if (log === 'control') this.#asked(entry, Number(item.n?.N));
    if (log === 'snapshots') this.#writtenDown(entry, Number(lane));
    return undefined;
  }

  /** A stream took a record. */
  taken(stream: StreamName, json: string): void {
    if (stream === 'output') this.#paneTaken(json);
    else this.#refusalTaken(json);
  }

  /** The consumer did something with a pane. */
  tookEffect(pane: string): void {
    const { effects } = this.history;
    const times = (effects.get(pane) ?? 0) + 1;
    effects.set(pane, times);
    this.#require(this.#idsPublished.has(pane), `the pane ${pane} took effect, and was not published`);
    const isOnceAtMost = this.#consumer === 'inTransaction' || this.#consumer === 'before';
    this.#require(times === 1 || !isOnceAtMost, `the pane ${pane} took effect ${times} times at a consumer that notes '${this.#consumer}'`);
  }

  /** The mapping will not deliver these records again. */
  acknowledged(shard: SimulatedShard, records: number): void {
    if (records > shard.acknowledged) shard.acknowledged = records;
    const committed = this.history.committed.get(shard.id) ?? 0;
    this.#require(committed >= records, `${records} records of ${shard.id} are taken for done, and ${committed} are committed`);
  }

  #require(holds: boolean, message: string): void {
    if (!holds) this.#world.accuse(message);
  }

  #chunkWritten(pk: string, item: Item, before: Item | undefined): void {
    const same = before === undefined || Buffer.compare(bytesOf(item), bytesOf(before)) === 0;
    this.#require(same, `${pk} was written with other bytes than before`);
  }

  #appended(pk: string, item: Item, before: Item | undefined): void {
    const n = Number(item.n?.N);
    const end = this.#ends.get(pk) ?? 0;
    const isSame = before !== undefined && before.h?.S === item.h?.S && Buffer.compare(bytesOf(item), bytesOf(before)) === 0;
    this.#require(n === end + 1 || isSame || this.#isFree(pk, before), `${pk}: position ${n} was won, and the last one was ${end}`);
    this.#ends.set(pk, Math.max(end, n));
    const lifeMs = Number(item.x?.N) * 1_000 - this.#world.time.nowMs;
    this.#require(lifeMs >= ITEM_LIFE_MS_MIN, `${pk}: position ${n} may be deleted after ${Math.round(lifeMs / 1_000)} s`);
  }

  /**
   * Nothing refers to the position of a snapshot. When all have expired, for none was needed, a function that starts begins at 1, and one that still
   * remembers the last of them goes on behind it. Then the newest position is not the newest snapshot for as long as the first one lives: hours, in
   * which nothing that either stands for expires. Nor does anything refer to a note of shards.
   */
  #isFree(pk: string, before: Item | undefined): boolean {
    return (pk.includes('#snapshots') || pk.includes('#shards#')) && before === undefined;
  }

  /** What stands in an item, with its object, or its chunks: all of them must be there as soon as it is. */
  #entry(pk: string, item: Item): LogEntry | undefined {
    const header = item.h?.S ?? '';
    const digest = item.d?.S;
    if (item.o?.S !== undefined) {
      const payload = this.#objects.at(item.o.S);
      this.#require(payload !== undefined, `${pk}: position ${item.n?.N} refers to an object that is not there`);
      return payload && { header, payload };
    }
    if (digest === undefined) return { header, payload: bytesOf(item) };
    const count = Number(item.c?.N);
    const numbers = Array.from({ length: count }, (_, index) => index + 1);
    const chunks = numbers.flatMap((number) => this.#table.items(chunkPartition(pk as LogName, digest, number)));
    this.#require(chunks.length === count, `${pk}: position ${item.n?.N} refers to ${count} chunks, and ${chunks.length} are there`);
    const outlive = chunks.every(({ x }) => Number(x?.N) > Number(item.x?.N));
    this.#require(outlive, `${pk}: position ${item.n?.N} may outlive its chunks`);
    return chunks.length < count ? undefined : { header, payload: Buffer.concat(chunks.map(bytesOf)) };
  }

  /** Every record of the shard, one after the other, once. */
  #committed({ shard, first, last, counts }: CommitHeader): void {
    const records = this.#stream.shards.get(shard)?.records ?? [];
    const from = this.history.committed.get(shard) ?? 0;
    const to = records.findIndex(({ sequenceNumber }) => sequenceNumber === last) + 1;
    this.#require(
      records[from]?.sequenceNumber === first,
      `${shard}: a commit begins at ${first}, and the next record is ${records[from]?.sequenceNumber}`,
    );
    this.#require(
      counts.read === to - from,
      `${shard}: a commit of ${first} to ${last} counts ${counts.read} records; there are ${to - from}`,
    );
    this.#require(
      conservationDifference(counts) === 0,
      `${shard}: the commit ${first} to ${last} does not add up: ${JSON.stringify(counts)}`,
    );
    if (to > 0) this.history.committed.set(shard, to);
  }

  #fired({ panes, refusals, ...header }: Epoch, lane: Lane): void {
    const epochs = this.history.epochs[lane] as RecordedEpoch[];
    const before = epochs.at(-1);
    const number = epochs.length + 1;
    this.#require(header.watermark >= (before?.header.watermark ?? -Infinity), `epoch ${number}: the watermark went back`);
    this.#require(conservationDifference(header.counts) === 0, `epoch ${number} does not add up: ${JSON.stringify(header.counts)}`);
    for (const [shard, cut] of Object.entries(before?.header.cut ?? {}) as [ShardId, ShardCut][]) {
      const now = header.cut[shard];
      this.#require(
        now !== undefined && now.position >= cut.position,
        `epoch ${number}: the cut of ${shard} went back from ${cut.position}`,
      );
    }
    this.#require(
      before === undefined || (isSubset(before.panes, this.history.published) && isSubset(before.refusals, this.#told)),
      `epoch ${number} was appended before epoch ${number - 1} was published`,
    );
    this.#obeyed(header, before?.header, panes.length, number);
    for (const pane of panes) {
      this.#paneFired(pane, header.watermark, number);
      const own = laneOf(pane.key, this.history.epochs.length);
      this.#require(
        own === lane && (pane.epoch.lane ?? FIRST_LANE) === lane,
        `the pane ${pane.id} of lane ${own} was fired in lane ${lane}`,
      );
      this.history.panes.push(pane);
    }
    epochs.push({
      header,
      panes: new Set(panes.map((pane) => JSON.stringify(pane))),
      refusals: new Set(refusals.map((refusal) => JSON.stringify(refusal))),
    });
  }

  #asked({ header }: LogEntry, position: number): void {
    this.history.requests[position - 1] = (JSON.parse(header) as ControlRequest).action;
  }

  #writtenDown({ header }: LogEntry, lane: Lane): void {
    const { snapshotOf } = this.history;
    snapshotOf[lane] = Math.max(snapshotOf[lane] ?? 0, (JSON.parse(header) as SnapshotHeader).epoch);
  }

  /** Every request is obeyed once, in order; under a pause nothing leaves, and time stands still. */
  #obeyed({ control, watermark }: EpochHeader, before: EpochHeader | undefined, panes: number, epoch: number): void {
    const { requests } = this.history;
    const { obeyed = 0 } = control ?? {};
    const { obeyed: obeyedBefore = 0 } = before?.control ?? {};
    this.#require(
      obeyed >= obeyedBefore && obeyed <= requests.length,
      `epoch ${epoch} has obeyed ${obeyed} requests, after ${obeyedBefore}, of ${requests.length}`,
    );
    const asked = requests.slice(0, obeyed);
    const isPaused = control?.pausedSinceMs !== undefined;
    const shouldBePaused = asked.findLast((action) => action !== 'checkpoint') === 'pause';
    this.#require(isPaused === shouldBePaused, `epoch ${epoch}: after ${asked.join(', ')} it is ${isPaused ? '' : 'not '}paused`);
    const drains = asked.slice(obeyedBefore).includes('drain');
    this.#require(!drains || watermark === END_OF_TIME, `epoch ${epoch} was to drain, and its watermark is ${watermark}`);
    if (!isPaused || drains) return;
    this.#require(panes === 0, `epoch ${epoch}: ${panes} panes leave under a pause`);
    this.#require(watermark === (before?.watermark ?? BEGINNING_OF_TIME), `epoch ${epoch}: the watermark goes on under a pause`);
  }

  #paneFired(pane: Pane, watermark: number, epoch: number): void {
    const { id, window, start, end } = pane;
    const { timing, index, isRetraction } = pane.pane;
    this.#require(!this.#paneBytes.has(id), `epoch ${epoch}: the pane ${id} was fired before`);
    this.#paneBytes.set(id, JSON.stringify(pane));
    this.#require(pane.watermark === watermark, `epoch ${epoch}: the pane ${id} has the watermark ${pane.watermark}`);
    const merges = this.#windowsThatMerge.has(window);
    this.#require(
      timing === 'EARLY' || watermark >= end - (merges ? 0 : 1),
      `epoch ${epoch}: the pane ${id} was fired before its watermark`,
    );
    if (merges || isRetraction === true) return;
    const name = `${window} ${start} ${end} ${pane.key}`;
    const fired = this.#panesFired.get(name) ?? 0;
    this.#require(index === fired, `epoch ${epoch}: the pane ${id} comes after ${fired} panes`);
    this.#panesFired.set(name, fired + 1);
  }

  #marked(epoch: number, lane: Lane): void {
    const { panes = EMPTY, refusals = EMPTY } = this.history.epochs[lane]?.[epoch - 1] ?? {};
    this.#require(
      isSubset(panes, this.history.published) && isSubset(refusals, this.#told),
      `epoch ${epoch} is marked as published, and is not out`,
    );
  }

  #noted({ h }: Item, lane: Lane): void {
    const { epoch, documents } = JSON.parse(h?.S ?? '') as { readonly epoch: number; readonly documents: number };
    const { panes = EMPTY, refusals = EMPTY } = this.history.epochs[lane]?.[epoch - 1] ?? {};
    const areOut = [...panes, ...refusals].slice(0, documents).every((each) => this.history.published.has(each) || this.#told.has(each));
    this.#require(areOut, `${documents} documents of epoch ${epoch} are noted as published, and are not out`);
  }

  #paneTaken(json: string): void {
    const pane = JSON.parse(json) as Pane;
    this.#require(this.#paneBytes.get(pane.id) === json, `the pane ${pane.id} was published, and stands like this in no epoch`);
    if (this.history.published.has(json)) return;
    this.history.published.add(json);
    this.#idsPublished.add(pane.id);
    const epochs = this.history.epochs[pane.epoch.lane ?? FIRST_LANE] as RecordedEpoch[];
    const earlier = epochs.findIndex(({ panes }) => !isSubset(panes, this.history.published));
    if (earlier === -1) return;
    const own = epochs.findIndex(({ panes }) => panes.has(json));
    this.#require(own <= earlier, `the pane ${pane.id} of epoch ${own + 1} was published before all of epoch ${earlier + 1} was`);
  }

  #refusalTaken(json: string): void {
    if (this.#told.has(json)) return;
    this.#told.add(json);
    const refusal = JSON.parse(json) as Refusal;
    if (refusal.kind === 'lateDelta') {
      const isRecorded = this.history.epochs.flat().some(({ refusals }) => refusals.has(json));
      this.#require(isRecorded, `the refusal ${refusal.id} was published, and stands in no epoch`);
    }
    this.history.refusals.push(refusal);
  }
}

function bytesOf(item: Item): Uint8Array {
  return item.b?.B ?? new Uint8Array();
}

function isSubset(of: ReadonlySet<string>, all: ReadonlySet<string>): boolean {
  for (const each of of) if (!all.has(each)) return false;
  return true;
}
