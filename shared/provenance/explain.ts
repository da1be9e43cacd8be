import { recallDefinitions } from '../evolution/recall-definitions.ts';
import { decodeEpoch, decodeEpochHeader } from '../log/epoch.ts';
import { epochLog, type LogName } from '../log/keys.ts';
import type { Position } from '../log/position.ts';
import type { LateRefusal } from '../log/refusal.ts';
import { laneOf } from '../pipeline/lane.ts';
import type { Pane } from '../pipeline/pane.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { WindowOperator } from '../pipeline/window-operator.ts';
import type { LogStore } from '../ports/log-store.ts';
import { epochFacts } from './epoch-facts.ts';
import type { CommitShare, Explanation, UnknownPart } from './explanation.ts';
import { type FoundPane, PaneFinder } from './find-pane.ts';
import { firingReason } from './firing-reason.ts';
import { nothingFired, notFound, readPaneId } from './no-such-pane.ts';
import type { Origins } from './origins.ts';
import type { PaneId } from './pane-id.ts';
import { readAt, readSpan } from './read-span.ts';
import { Replay, type Replayed } from './replay.ts';
import { TracedPipeline } from './traced-pipeline.ts';

// A window that has fired may be old. What comes for it later comes soon, and a pipeline makes an epoch a minute.
const EPOCHS_SEARCHED_MAX = 1_000;

/**
 * Names the commits whose events are in a pane that was fired, from the logs alone.
 *
 * It reads what a function that had started just before the pane would have read: the epochs, and the commits in their cuts, since the oldest
 * window that was open then.
 *
 * @param paneId As in the pane: `pipeline:window:start-end:key:index`, and `:retraction` behind it for one that withdraws another.
 * @throws {NoSuchPaneError} when there is no such pane, or not yet, or not any more.
 * @throws {ForeignStateError} when another definition of the pipeline is at work, or made what must be read.
 * @throws {CorruptEntryError} when the logs are damaged.
 */
export async function explain(pipeline: Pipeline<never>, logStore: LogStore, paneId: string): Promise<Explanation> {
  const { id, operator } = readPaneId(pipeline, paneId);
  const definitions = await recallDefinitions(pipeline, logStore);
  const lane = laneOf(id.key, pipeline.lanes);
  const log = epochLog(pipeline.name, lane);
  const newest = await logStore.last(log);
  if (newest === undefined) throw nothingFired(pipeline, id);
  const newestHeader = decodeEpochHeader(newest);
  const search = await new PaneFinder(log, logStore, operator, id).find(newest.position, newestHeader);
  if (search.found === undefined) throw notFound(operator, id, newestHeader, search);

  const { pane, epoch, position } = search.found;
  const entryBefore = position === 1 ? undefined : await readAt(logStore, log, (position - 1) as Position);
  const before = entryBefore && decodeEpochHeader(entryBefore);
  const traced = new TracedPipeline(pipeline, operator, id.key);
  const replayed = await new Replay({ name: pipeline.name, lane }, definitions, logStore, traced).upTo(position, before);
  const commits = sharesOf(traced, operator, search.found, replayed);
  const events = commits.reduce((sum, share) => sum + share.events, 0);
  const later = await refusalsBehind(log, logStore, position, newest.position);
  return {
    pane,
    reason: firingReason(operator, pane, epoch),
    epoch: epochFacts(pipeline, position, epoch, before),
    commits,
    events,
    accounts: accountsOf(events, pane.count, replayed.unknown),
    // What has expired held nothing of a pane whose events are all found.
    unknown: events === pane.count ? [] : replayed.unknown,
    refused: [...replayed.refusals, ...later.refusals].filter((refusal) => touches(operator, refusal, id)),
    refusedUpTo: later.upTo,
    newestEpoch: newest.position,
  };
}

function sharesOf(traced: TracedPipeline, operator: WindowOperator<never>, { pane }: FoundPane, replayed: Replayed): CommitShare[] {
  const origins = originsOf(traced, operator, pane, replayed);
  return [...origins]
    .map(([origin, events]): CommitShare => ({ ...origin, events }))
    .sort((a, b) => (a.shard === b.shard ? a.position - b.position : a.shard < b.shard ? -1 : 1));
}

/** What the replay says of a pane. Where it lacks a part of the logs, only what is right whatever that part held. */
function originsOf(traced: TracedPipeline, operator: WindowOperator<never>, pane: Pane, { panes, unknown }: Replayed): Origins {
  const isWhole = unknown.length === 0;
  const isAllSoFar = operator.accumulation !== 'discarding' && pane.pane.isRetraction === undefined;
  if (!isWhole && !isAllSoFar) return new Map();
  const again = panes.find(({ id, start, end, pane: info }) =>
    // With less in it, the window may have fired less often.
    isWhole ? id === pane.id : start === pane.start && end === pane.end && info.isRetraction === undefined,
  );
  return again === undefined ? new Map() : traced.originsOf(again);
}

function accountsOf(events: number, count: number, unknown: readonly UnknownPart[]): Explanation['accounts'] {
  if (events === count) return 'balanced';
  return unknown.length > 0 && events < count ? 'incomplete' : 'different';
}

async function refusalsBehind(log: LogName, logStore: LogStore, after: Position, newest: Position) {
  const upTo = Math.min(after + EPOCHS_SEARCHED_MAX, newest) as Position;
  const refusals: LateRefusal[] = [];
  for await (const part of readSpan(logStore, log, after, upTo)) {
    if (part.kind === 'entry') refusals.push(...decodeEpoch(part).refusals);
  }
  return { upTo, refusals };
}

/** Whether refused events might have been in a window: a refusal names the last window that could have taken them. */
function touches({ assigner }: WindowOperator<never>, refusal: LateRefusal, { window, key, start, end }: PaneId): boolean {
  if (refusal.window !== window || refusal.key !== key) return false;
  return assigner.merges ? refusal.start <= end && start <= refusal.end : refusal.start < end && start < refusal.end;
}
