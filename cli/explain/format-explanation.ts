import type { LateRefusal } from '../../shared/log/refusal.ts';
import type { CommitShare, EpochFacts, Explanation, FiringReason, UnknownPart } from '../../shared/provenance/explanation.ts';
import { BEGINNING_OF_TIME, END_OF_TIME } from '../../shared/time/event-time.ts';
import { ONLY_SOURCE } from '../../shared/watermarks/source-clock.ts';
import { formatCount } from '../run/summary.ts';
import { fitted } from '../view/fitted.ts';

const REASONS: Readonly<Record<FiringReason, string>> = {
  end: 'on time: the watermark passed the end of the window',
  drain: 'the pipeline was drained',
  interval: "the interval of the window's trigger was over",
  count: 'enough events had come for the trigger',
  event: 'an event had come that the trigger waits for',
  change: 'late: events came after the window had fired',
  closing: 'the window closed, and this had not been said yet',
  withdrawal: 'it withdraws the pane with this index, which another replaces',
};

const LABEL_WIDTH = 10;
const ROOM_FOR_ARRIVAL = 92;

/**
 * An explanation for a person, line by line.
 *
 * @param width Of the terminal; absent where there is none.
 */
export function formatExplanation(explanation: Explanation, width?: number): string[] {
  const { pane, reason, epoch, commits, unknown, refused } = explanation;
  const timing = reason === 'interval' || reason === 'count' || reason === 'event' || reason === 'closing' ? timingOf(explanation) : '';
  return [
    pane.id,
    '',
    line('window', `${pane.window}, ${show(pane.start)} to ${show(pane.end)}`),
    line('key', pane.key),
    line('count', formatCount(pane.count)),
    line('value', JSON.stringify(pane.value)),
    line('fired', `${show(epoch.firedAtMs)} in epoch ${epoch.position}, ${timing}${REASONS[reason]}`),
    ...watermarkLines(epoch),
    '',
    ...(commits.length === 0 ? [] : [...table(commits, width), '']),
    accounts(explanation),
    ...unknown.map(unknownLine),
    ...refusedLines(refused, explanation),
  ];
}

function line(label: string, text: string): string {
  return `${label.padEnd(LABEL_WIDTH)}${text}`;
}

function timingOf({ pane }: Explanation): string {
  return pane.pane.timing === 'EARLY' ? 'early: ' : 'late: ';
}

function watermarkLines({ watermark, watermarkBefore, heldBackBy, leftOut, idleForMs }: EpochFacts): string[] {
  const before = watermarkBefore === undefined ? '' : `, ${show(watermarkBefore)} in the epoch before`;
  const source = heldBackBy === undefined || heldBackBy.source === ONLY_SOURCE ? '' : `, source ${heldBackBy.source}`;
  return [
    line('watermark', `${show(watermark)}${before}`),
    ...(heldBackBy === undefined ? [] : [line('held by', `${heldBackBy.shard}${source}, whose clock was ${show(heldBackBy.clock)}`)]),
    ...(idleForMs === undefined
      ? []
      : [line('idle', `for ${idleForMs / 1000} s: every shard was left out, and the watermark went on with time`)]),
    ...leftOut.map(({ shard, because, provenAtMs }) => line('left out', `${shard}: ${because}, proven at ${show(provenAtMs)}`)),
  ];
}

function table(commits: readonly CommitShare[], width = Number.POSITIVE_INFINITY): string[] {
  const rows = commits.map(({ shard, position, events, arrivedFromMs, arrivedToMs }) => [
    shard,
    String(position),
    formatCount(events),
    `${show(arrivedFromMs)} – ${show(arrivedToMs)}`,
  ]);
  const all = [['shard', 'commit', 'events', 'arrived'], ...rows];
  const widths = all[0]?.map((_, column) => Math.max(...all.map((row) => (row[column] as string).length))) ?? [];
  const isNumber = (column: number) => column === 1 || column === 2;
  const cells = all.map((row) =>
    row.map((cell, column) => (isNumber(column) ? cell.padStart(widths[column] as number) : cell.padEnd(widths[column] as number))),
  );
  const ranges = [['sequence numbers'], ...commits.map(({ first, last }) => rangeOf(first, last, width))];
  const beside = ROOM_FOR_ARRIVAL <= width ? 4 : 3;
  return cells.flatMap((row, index) =>
    fitted(row.slice(0, beside).join('  '), [...row.slice(beside), ...(ranges[index] ?? [])], Number.isFinite(width) ? width : undefined),
  );
}

/** Sequence numbers have 56 digits: two that do not go into a line are two lines, each whole. */
function rangeOf(first: string, last: string, width: number): string[] {
  const range = `${first} – ${last}`;
  return range.length + 4 <= width ? [range] : [`${first} –`, last];
}

/** The check: what the commits brought, and what the pane says that it holds. */
function accounts({ events, commits, pane, accounts: kind }: Explanation): string {
  const shards = new Set(commits.map(({ shard }) => shard)).size;
  const found = `${plural(events, 'event')} in ${plural(commits.length, 'commit')} of ${plural(shards, 'shard')}`;
  const count = formatCount(pane.count);
  const rest = formatCount(pane.count - events);
  return {
    balanced: `${found} = the pane's count ${count}`,
    incomplete: `INCOMPLETE: ${found}, and the pane's count is ${count}; where the other ${rest} came from cannot be told any more:`,
    different: `DIFFERENT: ${found} ≠ the pane's count ${count}; nothing has expired, so this is a bug in Mullion`,
  }[kind];
}

function unknownLine({ log, from, to }: UnknownPart): string {
  const span = (one: string, many: string) => (from === to ? `${one} ${from} has` : `${many} ${from} to ${to} have`);
  return log === 'epochs'
    ? `  ${span('epoch', 'epochs')} expired, and with them up to where the shards had been read`
    : `  ${log}: ${span('commit', 'commits')} expired; a snapshot may stand for them, but does not say where its events came from`;
}

function refusedLines(refused: readonly LateRefusal[], { refusedUpTo, newestEpoch }: Explanation): string[] {
  const rows = refused.map(
    ({ count, shard, firstSequenceNumber, lastSequenceNumber, start, end }) =>
      `  ${plural(count, 'event')} of ${shard} in ${firstSequenceNumber} – ${lastSequenceNumber}, for ${show(start)} to ${show(end)}`,
  );
  const searched = refusedUpTo < newestEpoch ? ` (searched up to epoch ${refusedUpTo} of ${newestEpoch})` : '';
  return rows.length === 0 ? [] : [`not included, for they came too late${searched}:`, ...rows];
}

function plural(count: number, one: string): string {
  return `${formatCount(count)} ${one}${count === 1 ? '' : 's'}`;
}

/** `2001-01-02T00:00:00.000Z`. */
function show(timeMs: number): string {
  if (timeMs === BEGINNING_OF_TIME) return 'the beginning of time';
  if (timeMs >= END_OF_TIME) return 'the end of time';
  return new Date(timeMs).toISOString();
}
