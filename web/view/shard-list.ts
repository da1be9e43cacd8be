import type { Picture } from '../../functions/api/schemas.ts';
import { shardName } from '../model/shard-name.ts';
import { spanText } from '../model/span-text.ts';
import { dateText, timeText } from '../model/time-axis.ts';
import { isTime } from '../model/watermark-text.ts';
import { element, setText } from './element.ts';
import { RowList } from './row-list.ts';

type Watermarks = NonNullable<Picture['watermarks']>;
type ShardLine = Watermarks['shards'][number] & { readonly id: string; readonly isHolding: boolean; readonly share: number };

// Of thousands, those that hold the others back are worth a look.
const SHARDS_SHOWN = 40;
const SECOND_MS = 1_000;
const LEFT_OUT = { idle: 'idle: the others go on without it', drained: 'closed, and read to its end', gone: 'gone' } as const;

/** How far event time has come on each shard, and how far that is behind the wall clock. */
export class ShardList {
  readonly #rows: RowList<ShardLine>;

  constructor(place: HTMLElement) {
    this.#rows = new RowList(place, rowOf, changeRow);
  }

  show(watermarks: Watermarks | undefined): void {
    const lagMax = Math.max(1, ...(watermarks?.shards ?? []).map(({ lagMs = 0 }) => lagMs));
    const lines = (watermarks?.shards ?? []).map((each) => ({
      ...each,
      id: each.shard,
      isHolding: each.shard === watermarks?.heldBackBy,
      share: Math.max((each.lagMs ?? 0) / lagMax, 0),
    }));
    this.#rows.show(lines.length > SHARDS_SHOWN ? lines.toSorted((a, b) => b.share - a.share).slice(0, SHARDS_SHOWN) : lines);
  }
}

function rowOf(line: ShardLine): HTMLElement {
  const row = element(
    'li',
    {},
    element('b', { class: 'shard' }, shardName(line.shard)),
    element('span', { class: 'mark' }),
    element('span', { class: 'lag' }),
    element('span', { class: 'bar', 'aria-hidden': 'true' }, element('span')),
    element('span', { class: 'when' }),
  );
  changeRow(row, line);
  return row;
}

function changeRow(row: HTMLElement, { watermark, lagMs, leftOut, isHolding, share }: ShardLine): void {
  const [, mark, lag, bar, when] = row.children as unknown as [Element, HTMLElement, Element, Element, Element];
  setText(mark, leftOut === undefined ? (isHolding ? 'holds the watermark back' : '') : LEFT_OUT[leftOut]);
  mark.hidden = mark.textContent === '';
  setText(lag, lagMs === undefined ? 'nothing yet' : `${spanText(lagMs)} behind`);
  (bar.firstElementChild as HTMLElement).style.width = `${100 * share}%`;
  setText(when, watermark === undefined || !isTime(watermark) ? '' : `${dateText(watermark)} ${timeText(watermark, SECOND_MS)}`);
}
