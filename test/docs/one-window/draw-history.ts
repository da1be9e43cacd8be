import type { CommitHeader } from '../../../shared/log/commit.ts';
import type { Pane } from '../../../shared/pipeline/pane.ts';
import { BOUND_S, type Delivery, type Order, type ShardHistory, type WindowHistory } from './history.ts';
import { type Box, Svg } from './svg.ts';

const WIDTH = 1040;
const RECORDS = { x: 20, width: 196 };
const DELIVERIES = { x: 252, width: 196 };
const COMMITS = { x: 496, width: 192 };
const FIRING = { x: 736, width: 284 };
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
    [FIRING, 'fire'],
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
  drawFiring(svg, { shards, early, explanation, copies }, commits, bottom);
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

  const commitBoxes = history.commits.map((_, index) => ({ ...COMMITS, y: middle - commitsHeight / 2 + index * (COMMIT_HEIGHT + GAP), height: COMMIT_HEIGHT }));
  for (const [index, commit] of history.commits.entries()) {
    const share = commits.find((each) => each.shard === shard && each.position === index + 1)?.events ?? 0;
    drawCommit(svg, commitBoxes[index] as Box, commit, index + 1, share, pane);
  }
  for (const [index, delivery] of deliveries.entries()) {
    const box = { ...DELIVERIES, y: middle - deliveriesHeight / 2 + index * (BOX_HEIGHT + GAP), height: BOX_HEIGHT };
    drawDelivery(svg, box, delivery);
    svg.arrow([
      { x: RECORDS.x + RECORDS.width + 6, y: box.y + BOX_HEIGHT / 2 },
      { x: box.x - 4, y: box.y + BOX_HEIGHT / 2 },
    ]);
    if (delivery.commit !== undefined) drawAppend(svg, box, commitBoxes[delivery.commit - 1] as Box);
  }
  return { commits: commitBoxes, bottom: middle + Math.max(recordsHeight, deliveriesHeight, commitsHeight) / 2 };
}

function drawDelivery(svg: Svg, box: Box, delivery: Delivery): void {
  svg.box(box, 'box');
  svg.text({ x: box.x + 10, y: box.y + 20 }, `records ${delivery.first} – ${delivery.last}`);
  svg.text({ x: box.x + 10, y: box.y + 38 }, whatCameOf(delivery), { ink: 'faint', style: 'small' });
}

function whatCameOf({ first, last, outcome, alreadyCommitted, commit }: Delivery): string {
  if (outcome !== 'answered') return `${outcome}, no answer`;
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

function drawFiring(svg: Svg, { shards, early, explanation, copies }: WindowHistory, commits: readonly Box[], bottom: number): void {
  const { pane, epoch, commits: shares } = explanation;
  const held = epoch.heldBackBy;
  const complete = pane.end - 1;
  const say = (box: Box, lines: readonly string[]) => {
    for (const [index, line] of lines.entries())
      svg.text({ x: box.x + 12, y: box.y + 22 + index * 19 }, line, index === 0 ? {} : { ink: 'faint', style: 'small' });
  };

  const waiting = { ...FIRING, y: TOP, height: 68 };
  svg.box(waiting, 'box');
  say(waiting, [
    `a tick: watermark ${clock(early.watermark)}`,
    `held back by ${early.heldBackBy}; ${clock(complete)} is needed:`,
    'nothing fires, nothing is written',
  ]);

  const epochBox = { ...FIRING, y: waiting.y + waiting.height + 34, height: 106 };
  svg.box(epochBox, 'in');
  say(epochBox, [
    `epoch ${epoch.position}: watermark ${clock(epoch.watermark)}`,
    `${held?.shard}'s clock ${clock(held?.clock ?? 0)} − ${BOUND_S} s − 1 ms: the lowest`,
    `the cut: ${shards.map(({ shard, commits: read }) => `${shard} up to commit ${read.length}`).join(', ')}`,
    'holds the pane; appended before anything leaves',
    'fire is killed behind it, and once more below',
  ]);
  for (const box of commits) {
    svg.arrow([
      { x: box.x + box.width, y: box.y + box.height / 2 },
      { x: FIRING.x - 24, y: box.y + box.height / 2 },
      { x: FIRING.x - 24, y: epochBox.y + epochBox.height / 2 },
      { x: FIRING.x - 4, y: epochBox.y + epochBox.height / 2 },
    ]);
  }

  const paneBox = { ...FIRING, y: epochBox.y + epochBox.height + 34, height: bottom - epochBox.y - epochBox.height - 34 };
  svg.box(paneBox, 'out');
  say(paneBox, [
    `${pane.key}, ${minute(pane.start)}: ${pane.value.cups} cups, ${pane.count} events`,
    `${pane.count} = ${shares.map(({ events }) => events).join(' + ')}, by commit`,
    `published ${copies.length} times, ${new Set(copies).size === 1 ? 'byte for byte the same' : 'NOT THE SAME'}`,
    'id orders:perMinute:',
    `   ${pane.start}-${pane.end}:${pane.key}:${pane.pane.index}`,
  ]);
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
