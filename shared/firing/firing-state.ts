import { type ByteReader, ByteWriter } from '../log/bytes.ts';
import type { Commit } from '../log/commit.ts';
import type { ControlStanding } from '../log/control-request.ts';
import { addByWindow, addCounts, type CountsByWindow, NO_RECORDS, type RecordCounts, totalOf } from '../log/counts.ts';
import type { Cut, EpochHeader, ShardCut } from '../log/epoch.ts';
import type { ShardId } from '../log/keys.ts';
import type { LineWriter } from '../log/line-writer.ts';
import type { Lane } from '../pipeline/lane.ts';
import { nextPosition, ORIGIN, type Position } from '../log/position.ts';
import type { LateRefusal } from '../log/refusal.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { BEGINNING_OF_TIME, type EventTime } from '../time/event-time.ts';
import type { Shard } from '../watermarks/shard.ts';
import { createOperatorState } from './create-operator-state.ts';
import type { OpenWindows } from './open-windows.ts';
import type { OperatorState, PaneDraft } from './operator-state.ts';
import { PanePlaces } from './pane-places.ts';
import { RestartCost } from './restart-cost.ts';

/** What leaves when the watermark moves. */
export interface Departure {
  /** How many panes. */
  readonly count: number;
  /** Of them, those that say again what a window has said, because of late events. */
  readonly late: number;
  /** The panes. Nothing may be taken in before they are asked for, nor before they are written. */
  panes(): readonly PaneDraft[];
  /**
   * Writes the panes as they are published by a lane: a JSON document a line.
   *
   * @param incompleteTo Those that such an event could have changed say that they may lack something.
   */
  write(lines: LineWriter, lane: Lane, incompleteTo?: EventTime): void;
  readonly refusals: readonly LateRefusal[];
  /** Windows whose state went. */
  readonly closed: number;
}

/**
 * Everything that firing knows: a pure function of the logs. The same commits, cut by the same epochs, give the same state and the same
 * panes, whoever computes them and however often.
 *
 * What is late is judged by the watermark of the last epoch, not by one that only this process has seen: so a process that starts from the
 * logs judges alike.
 */
export class FiringState {
  #pipeline: Pipeline<never>;
  #operators: ReadonlyMap<string, OperatorState>;
  readonly #cut = new Map<ShardId, ShardCut>();
  /** The last epoch: the state after it is what the logs and snapshots tell. */
  #settled: { readonly position: Position; readonly header: EpochHeader } | undefined;
  #hasAbsorbed = false;
  #counts: RecordCounts = NO_RECORDS;
  #lateByWindow: CountsByWindow = {};
  #panesFired = 0;
  #refusals: LateRefusal[] = [];
  /** What it would take to compute this again. */
  readonly cost = new RestartCost();

  constructor(pipeline: Pipeline<never>) {
    this.#pipeline = pipeline;
    this.#operators = new Map(pipeline.operators.map((operator) => [operator.name, createOperatorState(pipeline.name, operator)]));
  }

  /** Goes on under another definition: windows that it has not yet begin with nothing, those that it has no more have nothing left. */
  adopt(pipeline: Pipeline<never>): void {
    if (pipeline === this.#pipeline) return;
    this.#pipeline = pipeline;
    const before = this.#operators;
    this.#operators = new Map(
      pipeline.operators.map((operator) => {
        const state = before.get(operator.name) ?? createOperatorState(pipeline.name, operator);
        state.adopt(operator, this.watermark);
        return [operator.name, state];
      }),
    );
  }

  /** The last epoch. */
  get epoch(): Position {
    return this.#settled?.position ?? ORIGIN;
  }

  /** The watermark of the last epoch. */
  get watermark(): EventTime {
    return this.#settled?.header.watermark ?? BEGINNING_OF_TIME;
  }

  /** When the last epoch was made, in epoch milliseconds; absent before the first. */
  get firedAtMs(): number | undefined {
    return this.#settled?.header.firedAtMs;
  }

  /** What has become of what people asked for, by the last epoch; absent while nobody ever did. */
  get control(): ControlStanding | undefined {
    return this.#settled?.header.control;
  }

  /** Whether this is the state right after an epoch: no commit has been taken in since. */
  get isSettled(): boolean {
    return this.#settled !== undefined && !this.#hasAbsorbed;
  }

  get counts(): RecordCounts {
    return this.#counts;
  }

  get lateByWindow(): CountsByWindow {
    return this.#lateByWindow;
  }

  get panesFired(): number {
    return this.#panesFired;
  }

  get openWindows(): number {
    return this.#operators.values().reduce((sum, operator) => sum + operator.openWindows, 0);
  }

  /** What the last epoch left open. */
  get openAfterEpoch(): number {
    return totalOf(this.#settled?.header.open ?? {});
  }

  /** Every shard known, with what is known of it. */
  get shards(): ReadonlyMap<ShardId, ShardCut> {
    return this.#cut;
  }

  /** The lowest watermark above the last epoch's at which panes are due or state goes; absent when nothing is open. */
  get nextDue(): EventTime | undefined {
    let next: EventTime | undefined;
    for (const operator of this.#operators.values()) {
      const due = operator.nextDue(this.watermark);
      if (due !== undefined && (next === undefined || due < next)) next = due;
    }
    return next;
  }

  cutOf(shard: ShardId): ShardCut | undefined {
    return this.#cut.get(shard);
  }

  get cut(): Cut {
    return Object.fromEntries([...this.#cut].toSorted(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** The epoch from which on the logs must be read again for the state after the epoch that comes next. */
  get replayFrom(): Position {
    const next = nextPosition(this.epoch);
    return this.#operators
      .values()
      .reduce((from, { firstEpoch }) => (firstEpoch !== undefined && firstEpoch <= from ? ((firstEpoch - 1) as Position) : from), next);
  }

  /**
   * Whether an epoch must note a reshard now. The stream stops listing a closed shard some time after its end, and then only an epoch tells that
   * there is a log to be read, and what came after it.
   */
  get mustRecord(): boolean {
    const recorded = this.#settled?.header.cut ?? {};
    const isUnrecorded = (shard: ShardId) => this.#cut.has(shard) && !Object.hasOwn(recorded, shard);
    return [...this.#cut].some(([shard, { parents }]) =>
      parents.some((parent) => this.#cut.has(parent) && (isUnrecorded(parent) || isUnrecorded(shard))),
    );
  }

  /** The open windows of a window definition, for somebody who only looks; `undefined` where the pipeline has none of that name. */
  look(window: string): OpenWindows | undefined {
    return this.#operators.get(window)?.look(this.watermark);
  }

  /** Takes note of shards. None is ever forgotten: its log may be longer than the stream keeps its records. */
  learn(shards: readonly Shard[]): void {
    for (const { id, parents } of shards) {
      const known = this.#cut.get(id);
      if (known === undefined) this.#cut.set(id, { position: ORIGIN, parents });
      else if (known.parents.length < parents.length) this.#cut.set(id, { ...known, parents });
    }
  }

  /** Takes note of a shard's end: all of it is committed. */
  retire(shard: ShardId): void {
    const cut = this.#cut.get(shard);
    if (cut !== undefined) this.#cut.set(shard, { ...cut, isDrained: true });
  }

  /**
   * Takes in the next commit of a shard.
   *
   * @param bytes How many it has in its log.
   */
  absorb(commit: Commit, position: Position, bytes: number): void {
    this.#hasAbsorbed = true;
    this.cost.absorbed(bytes, commit.committedAtMs);
    const next = nextPosition(this.epoch);
    for (const delta of commit.deltas) {
      const refusals = this.#operators.get(delta.window)?.absorb({ delta, commit, position, watermark: this.watermark, epoch: next }) ?? [];
      for (const refusal of refusals) this.#refusals.push(refusal);
    }
    const { shard, last, clocks, arrivedFromMs, arrivedToMs, committedAtMs } = commit;
    this.#cut.set(shard, {
      parents: [],
      ...this.#cut.get(shard),
      position,
      last,
      progress: { clocks, arrivedFromMs, arrivedToMs, committedAtMs },
    });
    this.#counts = addCounts(this.#counts, commit.counts);
    this.#lateByWindow = addByWindow(this.#lateByWindow, commit.lateByWindow);
  }

  /** The triggers of processing time whose interval is over: `window:early`, `window:late`. */
  timersDue(nowMs: number): readonly string[] {
    const timers = this.#settled?.header.timers ?? {};
    return this.#pipeline.operators.flatMap(({ name, early, late }) =>
      [
        { timer: earlyTimer(name), everyMs: early?.everyMs },
        { timer: lateTimer(name), everyMs: late?.everyMs },
      ].flatMap(({ timer, everyMs }) => (everyMs !== undefined && nowMs - (timers[timer] ?? -everyMs) >= everyMs ? [timer] : [])),
    );
  }

  /**
   * What leaves at a watermark, in the order in which it is published: by end of window, then in the order of the definition, then by key.
   * When nothing leaves, nothing has changed, and no epoch is due. Otherwise {@link settle} must follow.
   *
   * @param timersDue As {@link timersDue} says now, or as an epoch says that it did.
   */
  depart(watermark: EventTime, timersDue: readonly string[]): Departure {
    const departures = [...this.#operators].map(([name, operator]) =>
      operator.advance({
        from: this.watermark,
        to: watermark,
        earlyIsDue: timersDue.includes(earlyTimer(name)),
        lateIsDue: timersDue.includes(lateTimer(name)),
      }),
    );
    const emissions = departures.flatMap((each) => each.emissions).sort((a, b) => a.end - b.end);
    return {
      count: emissions.reduce((sum, { count }) => sum + count, 0),
      late: emissions.reduce((sum, { late }) => sum + late, 0),
      panes: () => emissions.flatMap((emission) => [...emission.panes()]),
      write: (lines, lane, incompleteTo = BEGINNING_OF_TIME) => {
        const places = new PanePlaces(nextPosition(this.epoch), lane);
        for (const emission of emissions) {
          places.areIncomplete = emission.from <= incompleteTo;
          emission.write(lines, places);
        }
      },
      refusals: this.#refusals,
      closed: departures.reduce((sum, { closed }) => sum + closed, 0),
    };
  }

  /**
   * The header's part of the epoch that {@link depart} makes due.
   *
   * @param timersDue As they were given to it.
   */
  totalsAfter(
    departure: Departure,
    timersDue: readonly string[],
    firedAtMs: number,
  ): Omit<EpochHeader, 'kind' | 'fingerprint' | 'watermark' | 'leftOut' | 'idleForMs' | 'control'> {
    return {
      cut: this.cut,
      replayFrom: this.replayFrom,
      firedAtMs,
      timersDue,
      timers: { ...this.#settled?.header.timers, ...Object.fromEntries(timersDue.map((timer) => [timer, firedAtMs])) },
      closedTo: this.#byWindow(({ closedTo }) => (closedTo === BEGINNING_OF_TIME ? undefined : closedTo)),
      open: this.#byWindow(({ openWindows }) => (openWindows === 0 ? undefined : openWindows)),
      counts: this.#counts,
      lateByWindow: departure.refusals
        // An event with several keys is one event.
        .filter(({ window, key }) => this.#pipeline.operators.find(({ name }) => name === window)?.grouping.countsEvents(key))
        .reduce<CountsByWindow>((sum, { window, count }) => addByWindow(sum, { [window]: count }), this.#lateByWindow),
      panesFired: this.#panesFired + departure.count,
    };
  }

  /** The epoch stands in the log: what left has left, and what comes is judged by its watermark. */
  settle(position: Position, header: EpochHeader): void {
    this.#settled = { position, header };
    this.#hasAbsorbed = false;
    this.#counts = header.counts;
    this.#lateByWindow = header.lateByWindow;
    this.#panesFired = header.panesFired;
    this.#refusals = [];
    for (const [shard, cut] of Object.entries(header.cut) as [ShardId, ShardCut][]) this.#cut.set(shard, cut);
    for (const [name, operator] of this.#operators) operator.closedTo = header.closedTo[name] ?? BEGINNING_OF_TIME;
    this.cost.settled(position, header);
  }

  #byWindow<T>(of: (operator: OperatorState) => T | undefined): Readonly<Record<string, T>> {
    const known = [...this.#operators].map(([name, operator]) => [name, of(operator)] as const);
    return Object.fromEntries(known.filter((entry): entry is [string, T] => entry[1] !== undefined));
  }

  /** Writes the state after the last epoch: what it settled, and the windows that are open. Only while {@link isSettled}. */
  write(writer: ByteWriter): void {
    if (this.#settled === undefined || !this.isSettled) throw new Error(`the state has gone on behind epoch ${this.epoch}`);
    writer.text(JSON.stringify(this.#settled.header));
    for (const [name, operator] of this.#operators) {
      const block = new ByteWriter();
      operator.write(block);
      writer.text(name);
      writer.varint(block.length);
      writer.raw(block.bytes());
    }
  }

  /** Becomes what was written after an epoch; nothing else was taken in before. */
  read(epoch: Position, reader: ByteReader): void {
    const header = JSON.parse(reader.text()) as EpochHeader;
    while (!reader.atEnd) {
      const operator = this.#operators.get(reader.text());
      const length = reader.varint();
      // Of a window that had nothing open when it was removed.
      if (operator === undefined) reader.skip(length);
      else operator.read(reader);
    }
    this.settle(epoch, header);
  }
}

function earlyTimer(window: string): string {
  return `${window}:early`;
}

function lateTimer(window: string): string {
  return `${window}:late`;
}
