import type { CommitHeader } from '../../../../shared/log/commit.ts';
import type { Pane } from '../../../../shared/pipeline/pane.ts';
import { BOUND_S, type Delivery, type Order, type ShardHistory, type WindowHistory } from './history.ts';
import { type Box, Svg } from '../svg.ts';

const WIDTH = 1046;
const RECORDS = { x: 20, width: 178 };
const DELIVERIES = { x: 248, width: 202 };
const COMMITS = { x: 490, width: 182 };
const FIRING = { x: 716, width: 310 };
const TOP = 74;
const RECORD_HEIGHT = 28;
const BOX_HEIGHT = 48;
const COMMIT_HEIGHT = 70;
const GAP = 10;
const SHARD_GAP = 44;

/** What became of the records of one window, from the stream to the pane, as a picture that is read from left to right. */
export function drawHistory({ shards, early, explanation, copies }: WindowHistory): string {
  const { pane } = explanation;
  const svg = new Svg(WIDTH, `How the pane ${pane.id} came about: records, deliveries, commits, epoch`);
  for (const [{ x }, head] of [
    [RECORDS, 'records on the stream'],
    [DELIVERIES, 'deliveries to ingest'],
    [COMMITS, 'commits in the shard logs'],
    [FIRING, 'fire: epoch, then pane'],
  ] as const)
    svg.text({ x, y: 30 }, head, { style: 'head' });

  let y = TOP;
  const commits: Box[] = [];
  for (const history of shards) {
    const drawn = drawShard(svg, history, explanation, y);
    commits.push(...drawn.commits);
    y = drawn.bottom + SHARD_GAP;
  }
  const bottom = y - SHARD_GAP;
  drawFiring(svg, { shards, early, explanation, copies }, commits);
  return svg.toString(bottom + 20);
}

function drawShard(svg: Svg, history: ShardHistory, { pane, commits }: WindowHistory['explanation'], top: number) {
  const { shard, records, deliveries } = history;
  svg.text({ x: RECORDS.x, y: top - 10 }, shard, { ink: 'faint', style: 'small' });
  for (const [index, order] of records.entries()) {
    const box = { ...RECORDS, y: top + index * RECORD_HEIGHT, height: RECORD_HEIGHT - 5 };
    svg.box(box, isIn(order, pane) ? 'in' : 'box');
    svg.text({ x: box.x + 10, y: box.y + 16 }, `${index + 1}  ${clock(order.at)} ${order.item.padEnd(6)} ${order.cups}`, { style: 'mono' });
  }
  const deliveriesHeight = deliveries.length * (BOX_HEIGHT + GAP) - GAP;
  const recordsHeight = records.length * RECORD_HEIGHT - 5;
  const commitsHeight = history.commits.length * (COMMIT_HEIGHT + GAP) - GAP;
  const middle = top + Math.max(recordsHeight, deliveriesHeight, commitsHeight) / 2;

  const commitBoxes = history.commits.map((_, index) => ({
    ...COMMITS,
    y: middle - commitsHeight / 2 + index * (COMMIT_HEIGHT + GAP),
    height: COMMIT_HEIGHT,
  }));
  for (const [index, commit] of history.commits.entries()) {
    const share = commits.find((each) => each.shard === shard && each.position === index + 1)?.events ?? 0;
    drawCommit(svg, commitBoxes[index] as Box, commit, index + 1, share, pane);
  }
  for (const [index, delivery] of deliveries.entries()) {
    const box = { ...DELIVERIES, y: middle - deliveriesHeight / 2 + index * (BOX_HEIGHT + GAP), height: BOX_HEIGHT };
    drawDelivery(svg, box, delivery);
    drawRange(svg, delivery, top, RECORDS.x + RECORDS.width + 6 + index * 6, box);
    if (delivery.commit !== undefined) drawAppend(svg, box, commitBoxes[delivery.commit - 1] as Box);
  }
  return { commits: commitBoxes, bottom: middle + Math.max(recordsHeight, deliveriesHeight, commitsHeight) / 2 };
}

/** A bracket around the records of a delivery, and an arrow to it. */
function drawRange(svg: Svg, { first, last }: Delivery, top: number, x: number, to: Box): void {
  const from = top + (first - 1) * RECORD_HEIGHT + 3;
  const end = top + last * RECORD_HEIGHT - 8;
  const y = to.y + BOX_HEIGHT / 2;
  const start = Math.min(Math.max(y, from), end);
  svg.line([
    { x, y: from },
    { x, y: end },
  ]);
  svg.arrow([{ x, y: start }, ...(start === y ? [] : [{ x, y }]), { x: to.x - 4, y }]);
}

function drawDelivery(svg: Svg, box: Box, delivery: Delivery): void {
  svg.box(box, 'box');
  svg.text({ x: box.x + 10, y: box.y + 20 }, `records ${delivery.first} – ${delivery.last}`);
  svg.text({ x: box.x + 10, y: box.y + 38 }, whatCameOf(delivery), { ink: 'faint', style: 'small' });
}

function whatCameOf({ first, last, outcome, alreadyCommitted, commit }: Delivery): string {
  if (outcome !== 'answered') return outcome;
  if (commit === undefined) return 'all are in: appends nothing';
  return alreadyCommitted === 0 ? 'none is in: appends all' : `${alreadyCommitted} are in: appends ${last - first + 1 - alreadyCommitted}`;
}

function drawAppend(svg: Svg, from: Box, to: Box): void {
  const bend = from.x + from.width + 22;
  svg.arrow([
    { x: from.x + from.width, y: from.y + BOX_HEIGHT / 2 },
    { x: bend, y: from.y + BOX_HEIGHT / 2 },
    { x: bend, y: to.y + COMMIT_HEIGHT / 2 },
    { x: to.x - 4, y: to.y + COMMIT_HEIGHT / 2 },
  ]);
}

function drawCommit(svg: Svg, box: Box, { first, last, clocks }: CommitHeader, position: number, share: number, pane: Pane): void {
  svg.box(box, share > 0 ? 'in' : 'box');
  svg.text({ x: box.x + 10, y: box.y + 20 }, `commit ${position}: records ${first} – ${last}`);
  svg.text({ x: box.x + 10, y: box.y + 40 }, `${share} of ${pane.key}, ${minute(pane.start)}`, { ink: 'faint', style: 'small' });
  svg.text({ x: box.x + 10, y: box.y + 58 }, `clock ${clock(clocks['*']?.time ?? 0)}`, { ink: 'faint', style: 'small' });
}

function drawFiring(svg: Svg, { shards, early, explanation, copies }: WindowHistory, commits: readonly Box[]): void {
  const { pane, epoch, commits: shares } = explanation;
  const waiting = drawNote(svg, 'box', TOP, [
    `a tick: watermark ${clock(early.watermark)}`,
    `held back by ${early.heldBackBy}; not yet ${clock(pane.end - 1)}:`,
    'nothing fires, nothing is written',
  ]);
  const appended = drawNote(svg, 'in', waiting.y + waiting.height + 40, [
    `epoch ${epoch.position}: watermark ${clock(epoch.watermark)}`,
    `the lowest clock, ${clock(epoch.heldBackBy?.clock ?? 0)}, − ${BOUND_S} s − 1 ms`,
    `cut: ${shards.map(({ shard, commits: read }) => `${shard} up to ${read.length}`).join(', ')}`,
    'holds the pane. Killed after this append',
  ]);
  for (const box of commits) {
    svg.arrow([
      { x: box.x + box.width, y: box.y + box.height / 2 },
      { x: FIRING.x - 24, y: box.y + box.height / 2 },
      { x: FIRING.x - 24, y: appended.y + appended.height / 2 },
      { x: FIRING.x - 4, y: appended.y + appended.height / 2 },
    ]);
  }
  const published = drawNote(svg, 'out', appended.y + appended.height + 40, [
    `${pane.key}, ${minute(pane.start)}: ${String(pane.value.cups)} cups, ${pane.count} events`,
    `${pane.count} = ${shares.map(({ events }) => events).join(' + ')}, by commit`,
    `published ${copies.length} times, ${new Set(copies).size === 1 ? 'the same bytes' : 'DIFFERENT'}: killed`,
    'before it was noted that it is out',
  ]);
  const x = FIRING.x + 40;
  svg.arrow([
    { x, y: appended.y + appended.height },
    { x, y: published.y - 4 },
  ]);
}

/** A box with a first line and what there is to say of it. */
function drawNote(svg: Svg, kind: 'box' | 'in' | 'out', y: number, [head = '', ...lines]: readonly string[]): Box {
  const box = { ...FIRING, y, height: 36 + lines.length * 19 };
  svg.box(box, kind);
  svg.text({ x: box.x + 12, y: y + 23 }, head);
  for (const [index, line] of lines.entries()) svg.text({ x: box.x + 12, y: y + 43 + index * 19 }, line, { ink: 'faint', style: 'small' });
  return box;
}

function isIn({ at, item }: Order, { key, start, end }: Pane): boolean {
  return item === key && start <= at && at < end;
}

/** `12:00:05`, and milliseconds where there are any. */
function clock(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(11, 23).replace('.000', '');
}

/** `12:00`. */
function minute(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(11, 16);
}
