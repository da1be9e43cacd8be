import type { Picture } from '../../functions/api/schemas.ts';
import { countText } from '../model/number-text.ts';
import { shardName } from '../model/shard-name.ts';
import { timeText } from '../model/time-axis.ts';
import { element } from './element.ts';
import { RowList } from './row-list.ts';
import { tableBody } from './table-body.ts';

type SeenRefusal = Picture['refusals'][number];

const KINDS = { invalid: 'rejected', late: 'late', lateDelta: 'late', oversized: 'too large' } as const;
const SECOND_MS = 1_000;

/** What was late or rejected, and why. */
export function refusalTable(table: HTMLTableElement): RowList<SeenRefusal> {
  const body = tableBody(table, ['What', 'Why', 'Events', 'Where', 'How it begins'], 'Nothing was late, and nothing rejected.');
  return new RowList(body, ({ id, kind, code, message, windows, events, key, arrivedAtMs, text = '' }) =>
    element(
      'tr',
      {},
      element(
        'td',
        {},
        element('span', { class: `mark is-${kind === 'invalid' || kind === 'oversized' ? 'rejected' : 'late'}` }, KINDS[kind]),
      ),
      element('td', {}, element('b', {}, code), element('span', { class: 'when' }, message)),
      element('td', { class: 'number' }, countText(events)),
      element(
        'td',
        { title: id },
        [...windows, ...(key === undefined ? [] : [key])].join(', ') || shardName(id.split(':')[0] ?? ''),
        ...(arrivedAtMs === undefined ? [] : [element('span', { class: 'when' }, `arrived ${timeText(arrivedAtMs, SECOND_MS)}`)]),
      ),
      element('td', { class: 'raw', title: text }, text),
    ),
  );
}
