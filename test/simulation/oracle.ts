import type { Collected } from 'mullion';
import type { FireReport } from '../../shared/firing/fire-report.ts';
import type { Pane } from '../../shared/pipeline/pane.ts';
import type { Finished } from '../reference/reference-model.ts';
import type { ConsumerKind } from './consumer.ts';
import type { History } from './history.ts';
import type { SentRecord } from './producers.ts';
import type { SentEvent } from './sent-event.ts';
import type { Answer } from './simulated-directory.ts';
import type { WindowCase } from './workload.ts';
import { Violation } from './world.ts';

/** How a world has ended. */
export interface Ending {
  readonly history: History;
  readonly sent: readonly SentRecord[];
  readonly windows: readonly WindowCase[];
  /** Of the last firing. */
  readonly report: FireReport;
  /** Disorder was within the bounds and clocks were right: nothing may be late. */
  readonly isOrderly: boolean;
  readonly consumer: ConsumerKind;
}

/** A keyed window as consumers have it in the end. */
interface Standing extends Finished {
  readonly ids: readonly number[];
}

/** Compares what consumers have in the end with the reference, which sees all events at once. */
export function checkEnding(ending: Ending): void {
  checkAccounts(ending);
  checkEffects(ending);
  checkRequests(ending);
  const lateness = new Lateness(ending);
  for (const window of ending.windows) checkWindow(window, ending, lateness);
}

function checkAccounts({ sent, report, history }: Ending): void {
  const poison = sent.filter(({ kind }) => kind === 'poison');
  const repeats = sent.filter(({ kind }) => kind === 'repeat');
  const { counts, openWindows } = report;
  require(openWindows === 0, `${openWindows} windows are still open, ${JSON.stringify(report)}`);
  require(counts.read === sent.length, `${counts.read} of ${sent.length} records are in the accounts`);
  require(counts.invalid === poison.length, `${counts.invalid} of ${poison.length} poison records were refused`);
  const { duplicate = 0 } = counts;
  require(duplicate === repeats.length, `${duplicate} of ${repeats.length} repeats were dropped`);
  const events = sent.length - poison.length - repeats.length;
  require(counts.folded + counts.filtered + counts.late === events, `the totals do not add up: ${JSON.stringify(counts)}`);
  const told = new Set(history.refusals.map(({ id }) => id));
  for (const { shard, sequenceNumber } of poison) {
    require(told.has(`${shard.id}:${sequenceNumber}`), `the poison record ${shard.id}:${sequenceNumber} is not on the side stream`);
  }
  const hidden = history.panes.find((pane) => !history.published.has(JSON.stringify(pane)));
  require(hidden === undefined, `the pane ${hidden?.id} was fired, and never published`);
  const late = history.refusals.filter(({ kind }) => kind === 'late');
  // A writer that lost its append may have refused what the winner, who knew an older watermark, has taken. Never the other way round.
  require(new Set(late.map(({ id }) => id)).size >=
    counts.late, `of ${counts.late} late records only ${late.length} are on the side stream`);
}

/** That none took effect too often, has been seen to at every step. */
function checkEffects({ history: { panes, effects }, consumer }: Ending): void {
  // Noted before its effect, a pane has none where the function dies in between.
  const missing = consumer === 'before' ? undefined : panes.find(({ id }) => !effects.has(id));
  require(missing === undefined, `the pane ${missing?.id} never took effect at the consumer`);
}

/** What somebody has asked for was done, in every lane. */
function checkRequests({ history: { requests, epochs, snapshotOf } }: Ending): void {
  for (const [lane, each] of epochs.entries()) {
    const { obeyed = 0, checkpoint = 0 } = each.at(-1)?.header.control ?? {};
    require(obeyed === requests.length, `lane ${lane} has obeyed ${obeyed} of ${requests.length} requests`);
    const written = snapshotOf[lane] ?? 0;
    require(written >= checkpoint, `lane ${lane}: epoch ${checkpoint} was to be written down, and the newest snapshot is of ${written}`);
  }
}

/** When an event came too late: judged by the watermark of the last epoch that had not read it. Ingest takes the highest that any lane has. */
class Lateness {
  readonly #watermarks = new Map<number, number>();
  readonly #ending: Ending;

  constructor(ending: Ending) {
    this.#ending = ending;
  }

  isLate({ id }: SentEvent, closedAt: number): boolean {
    return this.#watermark(id) >= closedAt;
  }

  #watermark(id: number): number {
    const known = this.#watermarks.get(id);
    if (known !== undefined) return known;
    const { shard, sequenceNumber } = this.#ending.sent[id] as SentRecord;
    const unread = this.#ending.history.epochs.map((epochs) => {
      const read = epochs.findIndex(({ header }) => (header.cut[shard.id]?.last ?? '') >= sequenceNumber);
      const last = read === -1 ? epochs.at(-1) : epochs[read - 1];
      return last?.header.watermark ?? -Infinity;
    });
    const watermark = Math.max(...unread);
    this.#watermarks.set(id, watermark);
    return watermark;
  }
}

function checkWindow(window: WindowCase, { sent, history, report, isOrderly }: Ending, lateness: Lateness): void {
  const panes = history.panes.filter((pane) => pane.window === window.name);
  for (const pane of panes) checkContent(pane, sent);
  const events = sent.flatMap(({ event }) => (event !== undefined && window.takes(event) ? [event] : []));
  const standing = window.merges ? standingSessions(window, panes) : standingWindows(window, panes);
  const taken = new Set(standing.flatMap(({ ids }) => ids));
  const refused = events.filter(({ id }) => !taken.has(id));
  for (const event of refused) {
    require(lateness.isLate(event, window.tooLateAt(event)), `event ${event.id} is in no pane of ${window.name}, and was not too late`);
  }
  const counted = report.lateByWindow[window.name] ?? 0;
  require(counted === refused.length, `${window.name}: ${refused.length} events are in no pane, and ${counted} were counted as late`);
  if (isOrderly) {
    require(refused.length === 0, `${window.name}: nothing was out of order, and event ${refused[0]?.id} was late`);
    const late = panes.find(({ pane }) => pane.timing === 'LATE');
    require(late === undefined, `${window.name}: nothing was out of order, and the pane ${late?.id} was late`);
  }

  const found = new Map(standing.map((each) => [nameOf(each), each]));
  for (const expected of window.model(events.filter(({ id }) => taken.has(id)))) {
    const name = nameOf(expected);
    const actual = found.get(name);
    found.delete(name);
    // A window that slides may have closed when an event came that was in time for the next.
    const missed = window.merges ? [] : missedBy(expected, actual, events, taken);
    for (const event of missed) {
      require(lateness.isLate(
        event,
        window.cleanupOf(expected.end),
      ), `event ${event.id} is missing in ${window.name} ${name}, and was not late for it`);
    }
    if (missed.length > 0) continue;
    const isEqual = actual !== undefined && actual.count === expected.count && actual.total === expected.total;
    require(isEqual, `${window.name} ${name} should be ${JSON.stringify(expected)}, and is ${JSON.stringify(actual)}`);
  }
  const [extra] = found.keys();
  require(extra === undefined, `${window.name} ${extra} was fired, and there is no such window`);
}

function missedBy(
  { key, start, end }: Finished,
  actual: Standing | undefined,
  events: readonly SentEvent[],
  taken: ReadonlySet<number>,
): SentEvent[] {
  const ids = new Set(actual?.ids);
  return events.filter(({ id, key: own, at }) => own === key && at >= start && at < end && taken.has(id) && !ids.has(id));
}

/** A pane says of its events what is so, and has none twice. */
function checkContent(pane: Pane, sent: readonly SentRecord[]): void {
  const ids = idsOf(pane);
  const events = ids.flatMap((id) => sent[id]?.event ?? []);
  require(new Set(ids).size === ids.length, `the pane ${pane.id} holds an event twice: ${ids.join(' ')}`);
  const amounts = events.map(({ amount }) => amount);
  const value = { events: ids.length, total: amounts.reduce((sum, amount) => sum + amount, 0), highest: Math.max(...amounts) };
  const { events: count, total, highest } = pane.value;
  const isTrue = pane.count === ids.length && count === value.events && total === value.total && highest === value.highest;
  require(isTrue, `the pane ${pane.id} says ${JSON.stringify(pane.value)}; of its events that is ${JSON.stringify(value)}`);
  checkAnswers(pane, events);
  for (const { key, at, id } of events) {
    require(key === pane.key && at >= pane.start && at < pane.end, `the pane ${pane.id} holds event ${id}, which is not in its window`);
  }
}

/** Where something is looked up, its events are joined with what they were committed with. */
function checkAnswers({ id: paneId, value }: Pane, events: readonly SentEvent[]): void {
  const answers = value.answers as Collected<readonly [id: number, answer: Answer | null]> | undefined;
  if (answers === undefined) return;
  const said = new Map(answers.events);
  require(said.size === events.length, `the pane ${paneId} holds ${events.length} events, and what was found for ${said.size}`);
  for (const { id, answer } of events)
    require(said.get(id) ===
      answer, `the pane ${paneId} says that event ${id} is joined with answer ${said.get(id)}; committed is ${answer}`);
}

function standingWindows({ accumulation }: WindowCase, panes: readonly Pane[]): Standing[] {
  const standing = new Map<string, Standing>();
  const standingIds = new Map<string, string>();
  for (const pane of panes) {
    const name = nameOf(pane);
    const before = standing.get(name);
    if (pane.pane.isRetraction === true) {
      require(standingIds.get(name) === withdrawnId(pane) && sameIds(before?.ids, idsOf(pane)), `${pane.id} withdraws what does not stand`);
      standing.delete(name);
      standingIds.delete(name);
    } else {
      require(accumulation !== 'retracting' || before === undefined, `${pane.id} stands beside ${standingIds.get(name)}`);
      standing.set(name, accumulation === 'discarding' && before !== undefined ? joined(before, toStanding(pane)) : toStanding(pane));
      standingIds.set(name, pane.id);
    }
  }
  return [...standing.values()];
}

/** Of windows that merge: a pane takes the place of all that it overlaps, or adds to it. */
function standingSessions({ accumulation }: WindowCase, panes: readonly Pane[]): Standing[] {
  let standing: { readonly id: string; readonly window: Standing }[] = [];
  for (const pane of panes) {
    const isReplaced = ({ window }: { window: Standing }) => window.key === pane.key && window.start < pane.end && pane.start < window.end;
    if (pane.pane.isRetraction === true) {
      const at = standing.findIndex(({ id, window }) => id === withdrawnId(pane) && sameIds(window.ids, idsOf(pane)));
      require(at !== -1, `${pane.id} withdraws what does not stand`);
      standing.splice(at, 1);
      continue;
    }
    const replaced = standing.filter(isReplaced);
    require(accumulation !== 'retracting' || replaced.length === 0, `${pane.id} stands beside ${replaced[0]?.id}`);
    const window =
      accumulation === 'discarding' ? replaced.reduce((sum, each) => joined(sum, each.window), toStanding(pane)) : toStanding(pane);
    standing = [...standing.filter((each) => !isReplaced(each)), { id: pane.id, window }];
  }
  return standing.map(({ window }) => window);
}

function toStanding({ key, start, end, count, value, ...pane }: Pane): Standing {
  return { key, start, end, count, total: Number(value.total), ids: idsOf({ value, ...pane }) };
}

function joined(a: Standing, b: Standing): Standing {
  return {
    key: a.key,
    start: Math.min(a.start, b.start),
    end: Math.max(a.end, b.end),
    count: a.count + b.count,
    total: a.total + b.total,
    ids: [...a.ids, ...b.ids],
  };
}

function idsOf({ value }: Pick<Pane, 'value'>): readonly number[] {
  return (value.ids as { events: readonly number[] }).events;
}

function sameIds(a: readonly number[] | undefined, b: readonly number[]): boolean {
  return a !== undefined && a.length === b.length && a.every((id) => b.includes(id));
}

function withdrawnId({ id }: Pane): string {
  return id.replace(/:retraction$/, '');
}

function nameOf({ key, start, end }: Pick<Finished, 'key' | 'start' | 'end'>): string {
  return `${start}-${end} of ${key}`;
}

function require(holds: boolean, message: string): void {
  if (!holds) throw new Violation(message);
}
