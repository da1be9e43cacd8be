import { type Commit, decodeCommit } from '../../shared/log/commit.ts';
import { conservationDifference } from '../../shared/log/counts.ts';
import { decodeEpoch, type Epoch, type ShardCut } from '../../shared/log/epoch.ts';
import { controlLog, epochLog, type LogName, publicationLog, type ShardId, shardLog, snapshotLog } from '../../shared/log/keys.ts';
import type { PositionedEntry } from '../../shared/log/log-entry.ts';
import { ORIGIN, type Position } from '../../shared/log/position.ts';
import type { SnapshotHeader } from '../../shared/log/snapshot.ts';
import type { RecordRefusal } from '../../shared/log/refusal.ts';
import { BEGINNING_OF_TIME, END_OF_TIME } from '../../shared/time/event-time.ts';
import type { Scenario } from './scenario.ts';
import { holds } from './violation.ts';
import { contentsOf, type World } from './world.ts';

const ALL_TIME = { start: BEGINNING_OF_TIME, end: END_OF_TIME };

/**
 * What must be true whenever an entry comes to stand in a log.
 *
 * @returns How many records of a shard are committed then, where that changes.
 * @throws {Violation}
 */
export function checkAppend(scenario: Scenario, world: World, log: LogName, entry: PositionedEntry): Readonly<Record<ShardId, number>> {
  const { pipeline, shards } = scenario;
  const { highest } = contentsOf(world, log);
  holds(entry.position > highest, `${log}: position ${entry.position} is written a second time`);
  holds(entry.position === highest + 1, `${log}: position ${entry.position} leaves a hole behind ${highest}`);

  if (log === epochLog(pipeline.name)) checkEpoch(scenario, world, decodeEpoch(entry));
  if (log === publicationLog(pipeline.name)) checkOut(scenario, world, entry.position, 'is said to be published');
  if (log === snapshotLog(pipeline.name)) checkOut(scenario, world, (JSON.parse(entry.header) as SnapshotHeader).epoch, 'has a snapshot');
  const shard = shards.find((each) => log === shardLog(pipeline.name, each));
  return shard === undefined ? {} : { [shard]: checkCommit(scenario, world, shard, decodeCommit(pipeline, entry)) };
}

/** Every record once: a commit goes on where the one before it ended, and holds what it says. */
function checkCommit(scenario: Scenario, world: World, shard: ShardId, commit: Commit): number {
  const records = scenario.recordsOf(shard, world.recordsPut);
  const before = world.committed[shard] ?? 0;
  const after = records.findIndex(({ sequenceNumber }) => sequenceNumber === commit.last) + 1;
  const covered = records.slice(before, after);
  holds(commit.first === covered[0]?.sequenceNumber, `${shard}: a commit begins at ${commit.first}, but ${before} records are committed`);
  holds(commit.counts.read === covered.length, `${shard}: a commit of ${covered.length} records says that it read ${commit.counts.read}`);
  holds(conservationDifference(commit.counts) === 0, `${shard}: a commit does not account for every record`);

  const refused = new Set(refusedRecords(world).map(({ id }) => id));
  const folded = commit.deltas.reduce(
    (sum, { table }) => sum + sumOf(table.keys.map((_, row) => table.results(row, ALL_TIME)[0] as number)),
    0,
  );
  const inside = covered.filter(({ sequenceNumber }) => (folded & scenario.readingOf(sequenceNumber).reading.amount) !== 0);
  holds(
    sumOf(inside.map(({ sequenceNumber }) => scenario.readingOf(sequenceNumber).reading.amount)) === folded,
    `${shard}: a commit holds events that it does not cover`,
  );
  holds(inside.length === commit.counts.folded, `${shard}: a commit folded ${inside.length} events and says ${commit.counts.folded}`);
  for (const { sequenceNumber } of covered) {
    const isThere = inside.some((record) => record.sequenceNumber === sequenceNumber) || refused.has(`${shard}:${sequenceNumber}`);
    holds(isThere, `${shard}: record ${sequenceNumber} is neither in its commit nor on the side stream`);
  }
  return after;
}

function checkEpoch({ pipeline, shards, recordsOf }: Scenario, world: World, epoch: Epoch): void {
  const before = contentsOf(world, epochLog(pipeline.name)).entries.map(decodeEpoch);
  const last = before.at(-1);
  const newId = new Set(epoch.panes.map(({ id }) => id));
  holds(newId.size === epoch.panes.length, 'an epoch holds a pane twice');
  for (const { id } of before.flatMap(({ panes }) => panes)) holds(!newId.has(id), `pane ${id} is fired a second time`);
  holds(epoch.panesFired === (last?.panesFired ?? 0) + epoch.panes.length, 'an epoch does not count its panes');
  holds(conservationDifference(epoch.counts) === 0, 'an epoch does not account for every record');

  let read = 0;
  for (const shard of shards) {
    const cut: ShardCut = epoch.cut[shard] ?? { position: ORIGIN, parents: [] };
    const { highest, entries } = contentsOf(world, shardLog(pipeline.name, shard));
    const cutBefore = last?.cut[shard];
    holds(cut.position <= highest, `the cut names commit ${cut.position} of ${shard}, which is not there`);
    holds(cut.position >= (cutBefore?.position ?? ORIGIN), `the cut of ${shard} falls to ${cut.position}`);
    const named = entries.find(({ position }) => position === cut.position);
    if (named !== undefined)
      holds(decodeCommit(pipeline, named).last === cut.last, `the cut of ${shard} names another record than its commit`);
    if (cut.last !== undefined)
      read += recordsOf(shard, world.recordsPut).findIndex(({ sequenceNumber }) => sequenceNumber === cut.last) + 1;
  }
  holds(epoch.counts.read === read, `an epoch whose cut covers ${read} records says ${epoch.counts.read}`);
  checkControl(epoch, last, contentsOf(world, controlLog(pipeline.name)).highest);
  if (last === undefined) return;
  holds(epoch.watermark >= last.watermark, `the watermark falls from ${last.watermark} to ${epoch.watermark}`);
  holds(isOut(world, last), 'an epoch is appended before the one before it is on the output stream');
}

/** Every request is obeyed once, in order; and under a pause time stands still, unless somebody drains. */
function checkControl({ control, cut, panes, watermark }: Epoch, last: Epoch | undefined, requested: Position): void {
  const { obeyed = ORIGIN } = control ?? {};
  const { obeyed: obeyedBefore = ORIGIN } = last?.control ?? {};
  holds(obeyed >= obeyedBefore, `an epoch forgets that request ${obeyedBefore} was obeyed`);
  holds(obeyed <= requested, `an epoch obeys request ${obeyed}, which nobody has made`);
  if (control?.pausedSinceMs === undefined) return;
  holds(panes.length === 0, 'panes leave under a pause');
  holds(watermark === (last?.watermark ?? BEGINNING_OF_TIME), `the watermark goes on to ${watermark} under a pause`);
  const isPausedBefore = last?.control?.pausedSinceMs !== undefined;
  holds(!isPausedBefore || JSON.stringify(cut) === JSON.stringify(last?.cut), 'a log is read on under a pause');
}

/** What is said of an epoch must not be said before it stands and all that it fires is out. */
function checkOut({ pipeline }: Scenario, world: World, position: Position, what: string): void {
  const epoch = contentsOf(world, epochLog(pipeline.name)).at(position);
  holds(epoch !== undefined, `epoch ${position} ${what}, and does not exist`);
  holds(isOut(world, decodeEpoch(epoch)), `epoch ${position} ${what}, and is not published`);
}

function isOut({ output, side }: World, { panes, refusals }: Epoch): boolean {
  return (
    panes.every((pane) => output.includes(JSON.stringify(pane))) && refusals.every((refusal) => side.includes(JSON.stringify(refusal)))
  );
}

/** What ingest has put on the side stream. */
function refusedRecords({ side }: World): RecordRefusal[] {
  return side.map((json) => JSON.parse(json) as RecordRefusal).filter(({ kind }) => kind === 'late');
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
