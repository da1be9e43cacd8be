import type { ByteReader, ByteWriter } from '../log/bytes.ts';
import type { Position } from '../log/position.ts';
import type { LateRefusal } from '../log/refusal.ts';
import type { PaneTiming } from '../pipeline/pane.ts';
import type { WindowOperator } from '../pipeline/window-operator.ts';
import { Table } from '../table/table.ts';
import { BEGINNING_OF_TIME, type EventTime } from '../time/event-time.ts';
import { isDue } from '../triggers/is-due.ts';
import { keyOfSessionRow } from '../windows/session-row.ts';
import type { MergingAssigner } from '../windows/window.ts';
import { type FiredSession, type Fragment, type KeySessions, readSessions, type Weight, writeSessions } from './key-sessions.ts';
import type { KeyedWindow } from './keyed-window.ts';
import { type Advance, type Arrival, type Emission, emissionOf, type OperatorState, type PaneDraft } from './operator-state.ts';
import { OpenSessions, type Session } from './open-sessions.ts';
import type { OpenWindows } from './open-windows.ts';
import type { PaneContent } from './pane-content.ts';
import type { PaneWriter } from './pane-writer.ts';

/** What a session says, and before it the withdrawal of what it replaces. */
interface SessionEmission {
  readonly window: KeyedWindow;
  readonly panes: readonly PaneDraft[];
}

/**
 * State of windows that merge. Per key the fragments of events that belong together; where sessions have a longest duration, one fragment a moment,
 * for an earlier event may move every cut behind it.
 *
 * An event is taken while its own stretch has not closed, `time + gap + lateness > watermark`. So a session that has fired is kept one
 * longest gap beyond its lateness: whatever may still be taken finds the session that it belongs to.
 */
export class SessionState implements OperatorState {
  closedTo: EventTime = BEGINNING_OF_TIME;
  #operator: WindowOperator<never>;
  readonly #assigner: MergingAssigner<never>;
  readonly #writer: PaneWriter;
  readonly #extentAt: number;
  readonly #keys = new Map<string, KeySessions>();

  constructor(operator: WindowOperator<never>, assigner: MergingAssigner<never>, writer: PaneWriter) {
    this.#operator = operator;
    this.#assigner = assigner;
    this.#writer = writer;
    this.#extentAt = operator.extentAt ?? 0;
  }

  adopt(operator: WindowOperator<never>, watermark: EventTime): void {
    if (operator.allowedLatenessMs > this.#operator.allowedLatenessMs) {
      const closedTo = (watermark - this.#operator.allowedLatenessMs) as EventTime;
      if (closedTo > this.closedTo) this.closedTo = closedTo;
    }
    this.#operator = operator;
  }

  get openWindows(): number {
    return this.#keys.values().reduce((sum, { fragments }) => sum + fragments.length, 0);
  }

  get firstEpoch(): Position | undefined {
    let first: Position | undefined;
    for (const { firstEpoch } of this.#keys.values()) if (first === undefined || firstEpoch < first) first = firstEpoch;
    return first;
  }

  nextDue(from: EventTime): EventTime | undefined {
    let next: EventTime | undefined;
    for (const { fragments } of this.#keys.values()) {
      for (const { end } of this.#sessions(fragments)) {
        const due = end > from ? end : this.#closesAt(end);
        if (next === undefined || due < next) next = due;
      }
    }
    return next;
  }

  absorb(arrival: Arrival): LateRefusal[] {
    const { table } = arrival.delta;
    const refusals: LateRefusal[] = [];
    for (let row = 0; row < table.size; row++) {
      const key = keyOfSessionRow(table.keys[row] as string);
      const start = this.#bound(table, row, 0);
      const end = this.#bound(table, row, 1);
      if (end <= this.closedTo || end + this.#operator.allowedLatenessMs <= arrival.watermark)
        refusals.push(this.#writer.refusal({ key, start, end }, row, arrival));
      else this.#take(key, { start, end, ...this.#copies(table, row, key) }, arrival.epoch);
    }
    return refusals;
  }

  advance(advance: Advance): { emissions: Emission[]; closed: number } {
    const emissions: SessionEmission[] = [];
    let closed = 0;
    for (const [key, state] of this.#keys) {
      // It may do so without a word, and is another session from then on.
      closed += this.#sessions(state.fragments).filter(({ end }) => end > advance.from && end <= advance.to).length;
      emissions.push(...this.#fire(key, state, advance));
      closed += this.#close(state, advance.to);
      if (state.fragments.length === 0) this.#keys.delete(key);
    }
    emissions.sort(({ window: a }, { window: b }) => a.end - b.end || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
    return { emissions: emissions.map(({ window, panes }) => emissionOf(window, panes, this.#reachOf(window))), closed };
  }

  look(): OpenWindows {
    return new OpenSessions({
      keys: this.#keys,
      sessionsOf: (fragments) => this.#sessions(fragments),
      contentOf: (key, session) => this.#content(key, session, ({ table }) => table),
    });
  }

  write(writer: ByteWriter): void {
    writeSessions(writer, this.#operator, this.#keys);
  }

  read(reader: ByteReader): void {
    const boundsOf = (table: Table, row: number) => ({ start: this.#bound(table, row, 0), end: this.#bound(table, row, 1) });
    for (const [key, sessions] of readSessions(reader, this.#operator, boundsOf)) this.#keys.set(key, sessions);
  }

  #bound(table: Table, row: number, which: 0 | 1): EventTime {
    return table.result(this.#extentAt + which, row) as EventTime;
  }

  #copies(from: Table, row: number, key: string): Pick<Fragment, 'table' | 'fresh'> {
    const table = this.#empty();
    table.mergeRow(from, row, key);
    if (this.#operator.accumulation !== 'discarding') return { table, fresh: undefined };
    const fresh = this.#empty();
    fresh.mergeRow(from, row, key);
    return { table, fresh };
  }

  #empty(): Table {
    return new Table(this.#operator.shape, 1);
  }

  /** Puts a fragment among those of its key, joined with all that it belongs together with. */
  #take(key: string, fragment: Fragment, epoch: Position): void {
    const state = this.#keys.get(key);
    if (state === undefined) {
      this.#keys.set(key, { fragments: [fragment], fired: [], firstEpoch: epoch });
      return;
    }
    let joined = fragment;
    const apart: Fragment[] = [];
    for (const other of state.fragments) {
      if (this.#belongTogether(joined, other)) joined = join(other, joined);
      else apart.push(other);
    }
    state.fragments = [...apart, joined].sort((a, b) => a.start - b.start);
  }

  #belongTogether(a: Fragment, b: Fragment): boolean {
    if (this.#assigner.durationMsMax !== Number.POSITIVE_INFINITY) return a.start === b.start;
    return a.start <= b.end && b.start <= a.end;
  }

  /** The sessions of a key: fragments that touch, cut where the longest duration is reached. */
  #sessions(fragments: readonly Fragment[]): Session[] {
    const sessions: Session[] = [];
    let open: { start: EventTime; reach: EventTime; fragments: Fragment[] } | undefined;
    const cutAt = (start: EventTime) => start + this.#assigner.durationMsMax;
    const finish = () => {
      if (open !== undefined)
        sessions.push({ start: open.start, end: Math.min(open.reach, cutAt(open.start)) as EventTime, fragments: open.fragments });
    };
    for (const fragment of fragments) {
      if (open !== undefined && fragment.start <= open.reach && fragment.start < cutAt(open.start)) {
        open.fragments.push(fragment);
        if (fragment.end > open.reach) open.reach = fragment.end;
      } else {
        finish();
        open = { start: fragment.start, reach: fragment.end, fragments: [fragment] };
      }
    }
    finish();
    return sessions;
  }

  /** An event up to a gap before a session would have joined it. */
  #reachOf({ start }: KeyedWindow): EventTime {
    return (start - this.#assigner.gapMsMax) as EventTime;
  }

  #fire(key: string, state: KeySessions, advance: Advance): SessionEmission[] {
    const emissions: SessionEmission[] = [];
    const before = state.fired;
    const replacedByNow = new Set<FiredSession>();
    const fired: FiredSession[] = [];
    for (const session of this.#sessions(state.fragments)) {
      const { start, end, fragments } = session;
      const replaced = before.filter((pane) => pane.start < end && start < pane.end);
      const timing = this.#timing(session, replaced, advance);
      if (timing === undefined) continue;
      const index = Math.max(-1, ...replaced.map((pane) => pane.index)) + 1;
      const content = this.#said(key, session);
      const isLast = this.#closesAt(end) <= advance.to;
      const window = { key, start, end };
      const retractions = this.#retractions(
        key,
        replaced.filter((pane) => !replacedByNow.has(pane)),
        advance.to,
      );
      emissions.push({ window, panes: [...retractions, this.#writer.pane(window, timing, index, isLast, advance.to, content)] });
      for (const pane of replaced) replacedByNow.add(pane);
      fired.push({ start, end, index, timing, content, said: this.#weight(session) });
      const said = new Set(fragments);
      state.fragments = state.fragments.map((fragment) => (said.has(fragment) ? { ...fragment, fresh: this.#nothingFresh() } : fragment));
    }
    state.fired = [...before.filter((pane) => !replacedByNow.has(pane)), ...fired].sort((a, b) => a.start - b.start || a.end - b.end);
    return emissions;
  }

  #retractions(key: string, panes: readonly FiredSession[], watermark: EventTime): PaneDraft[] {
    if (this.#operator.accumulation !== 'retracting') return [];
    return panes.map(({ start, end, timing, index, content }) =>
      this.#writer.retraction({ key, start, end }, timing, index, watermark, content),
    );
  }

  #nothingFresh(): Table | undefined {
    return this.#operator.accumulation === 'discarding' ? this.#empty() : undefined;
  }

  /** As what a session fires with this step; `undefined` when it does not. */
  #timing(session: Session, replaced: readonly FiredSession[], { from, to, earlyIsDue, lateIsDue }: Advance): PaneTiming | undefined {
    const { early, late, onTime } = this.#operator;
    const isComplete = session.end <= to;
    const wasComplete = session.end <= from;
    const [last] = replaced;
    const isSame = replaced.length === 1 && last?.start === session.start && last.end === session.end;
    const weight = this.#weight(session);
    const changed = !isSame || weight.events !== last?.said.events;
    if (isComplete && !wasComplete) {
      const mayBeSilent = onTime === 'ifChanged' || this.#operator.accumulation === 'discarding';
      return changed || !mayBeSilent ? 'ON_TIME' : undefined;
    }
    if (!changed || (!isComplete && early === undefined)) return undefined;
    const isDueNow = isDue(isComplete ? late : early, isComplete ? lateIsDue : earlyIsDue, {
      events: weight.events - replaced.reduce((sum, { said }) => sum + said.events, 0),
      critical: weight.critical - replaced.reduce((sum, { said }) => sum + said.critical, 0),
    });
    // What a closing session still has to say is said.
    if (!isDueNow && this.#closesAt(session.end) > to) return undefined;
    return isComplete ? 'LATE' : 'EARLY';
  }

  /** The watermark at which nothing that is taken any more can touch a session with this end. */
  #closesAt(end: EventTime): EventTime {
    return (end + this.#assigner.gapMsMax + this.#operator.allowedLatenessMs) as EventTime;
  }

  #weight({ fragments }: Session): Weight {
    const { criticalAt } = this.#operator;
    const sum = (of: (table: Table) => number) => fragments.reduce((total, { table }) => total + of(table), 0);
    return {
      events: sum((table) => table.events.at(0)),
      critical: criticalAt === undefined ? 0 : sum((table) => Number(table.result(criticalAt, 0))),
    };
  }

  /** What a pane of a session says: all of it, or what no pane has said yet. */
  #said(key: string, session: Session): PaneContent {
    return this.#content(key, session, ({ table, fresh }) => fresh ?? table);
  }

  #content(key: string, session: Session, of: (fragment: Fragment) => Table): PaneContent {
    const { fragments } = session;
    const [only] = fragments;
    if (fragments.length === 1 && only !== undefined) return this.#writer.content(of(only), 0, { ...session, key });
    const merged = this.#empty();
    for (const fragment of fragments) {
      const table = of(fragment);
      for (let row = 0; row < table.size; row++) merged.mergeRow(table, row, key);
    }
    return this.#writer.content(merged, 0, { ...session, key });
  }

  #close(state: KeySessions, watermark: EventTime): number {
    const sessions = this.#sessions(state.fragments);
    const closing = sessions.filter(({ end }) => this.#closesAt(end) <= watermark);
    const gone = new Set(closing.flatMap(({ fragments }) => fragments));
    const staying = sessions.filter((session) => !closing.includes(session));
    state.fragments = state.fragments.filter((fragment) => !gone.has(fragment));
    // An early pane may end long before the session that has grown out of it, and is still to be replaced by that one.
    state.fired = state.fired.filter(
      (pane) => this.#closesAt(pane.end) > watermark || staying.some(({ start, end }) => pane.start < end && start < pane.end),
    );
    return closing.length;
  }
}

/** Two fragments of one key that are one. */
function join(into: Fragment, from: Fragment): Fragment {
  for (const [mine, theirs] of [
    [into.table, from.table],
    [into.fresh, from.fresh],
  ]) {
    if (mine !== undefined && theirs !== undefined) for (let row = 0; row < theirs.size; row++) mine.mergeRow(theirs, row);
  }
  return {
    start: Math.min(into.start, from.start) as EventTime,
    end: Math.max(into.end, from.end) as EventTime,
    table: into.table,
    fresh: into.fresh,
  };
}
