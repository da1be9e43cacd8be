import type { Picture } from '../../functions/api/schemas.ts';
import { countText, resultText } from '../model/number-text.ts';
import { boundsText } from '../model/time-axis.ts';
import { element } from './element.ts';

type FiredPane = Picture['panes'][number];

const TIMINGS = { EARLY: 'early', ON_TIME: 'on time', LATE: 'late' } as const;

/** The newest panes, a row each. Rows that stay are left alone. */
export class PaneTable {
  readonly #body = element('tbody');
  readonly #rows = new Map<string, HTMLElement>();

  constructor(table: HTMLTableElement) {
    const names = ['Window', 'Key', 'Events', 'Result', 'Fired'];
    table.append(element('thead', {}, element('tr', {}, ...names.map((name) => element('th', { scope: 'col' }, name)))), this.#body);
  }

  show(panes: readonly FiredPane[]): void {
    const shown = new Set(panes.map(({ id }) => id));
    for (const [id, row] of this.#rows) {
      if (shown.has(id)) continue;
      row.remove();
      this.#rows.delete(id);
    }
    let before: HTMLElement | undefined;
    for (const pane of panes) {
      const row = this.#rows.get(pane.id) ?? this.#add(pane);
      const place = before === undefined ? this.#body.firstElementChild : before.nextElementSibling;
      if (place !== row) this.#body.insertBefore(row, place);
      before = row;
    }
  }

  #add(pane: FiredPane): HTMLElement {
    const { id, window, key, start, end, count, value } = pane;
    const { timing, isRetraction } = pane.pane;
    const kind = isRetraction === true ? 'withdrawn' : TIMINGS[timing];
    const row = element(
      'tr',
      {},
      element('td', {}, element('b', {}, window), element('span', { class: 'when' }, boundsText(start, end))),
      element('td', { class: 'key', title: key }, key),
      element('td', { class: 'number' }, countText(count)),
      element(
        'td',
        { class: 'results' },
        ...Object.entries(value).map(([name, result]) => element('span', {}, element('i', {}, name), ` ${resultText(result)}`)),
      ),
      element('td', {}, element('span', { class: `mark is-${kind.replace(' ', '-')}` }, kind)),
    );
    this.#rows.set(id, row);
    return row;
  }
}
