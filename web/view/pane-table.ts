import type { Picture } from '../../functions/api/schemas.ts';
import { countText, eventsWord } from '../model/number-text.ts';
import { boundsText } from '../model/time-axis.ts';
import { element } from './element.ts';
import { results } from './results.ts';
import { RowList } from './row-list.ts';
import { tableBody } from './table-body.ts';

type FiredPane = Picture['panes'][number];

const TIMINGS = { EARLY: 'early', ON_TIME: 'on time', LATE: 'late' } as const;

/** The newest panes, a row each. */
export function paneTable(table: HTMLTableElement): RowList<FiredPane> {
  const body = tableBody(table, ['Window', 'Key', 'Events', 'Result', 'Fired'], 'Nothing has been fired yet.');
  return new RowList(body, ({ window, key, start, end, count, value, pane: { timing, isRetraction } }) => {
    const kind = isRetraction === true ? 'withdrawn' : TIMINGS[timing];
    return element(
      'tr',
      {},
      element('td', {}, element('b', {}, window), element('span', { class: 'when' }, boundsText(start, end))),
      element('td', { class: 'key', title: key }, key),
      element('td', { class: 'number', 'data-unit': eventsWord(count) }, countText(count)),
      element('td', { class: 'results' }, ...results(value)),
      element('td', {}, element('span', { class: `mark is-${kind.replace(' ', '-')}` }, kind)),
    );
  });
}
