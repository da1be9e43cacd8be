import { countText, eventsWord } from '../model/number-text.ts';
import type { Selection } from '../model/selection.ts';
import { boundsText } from '../model/time-axis.ts';
import { element, setAttributes, setText } from './element.ts';
import { results } from './results.ts';
import { RowList } from './row-list.ts';
import { tableBody } from './table-body.ts';

interface KeyedWindow {
  readonly id: string;
  readonly window: string;
  readonly key: string;
  readonly start: number;
  readonly end: number;
  readonly count: number;
  readonly value: Readonly<Record<string, unknown>>;
}

const PAGE = 30;

/** What open windows hold of each key: a page of it, however many there are. */
export class KeyTable {
  readonly #rows: RowList<KeyedWindow>;
  readonly #first: HTMLButtonElement;
  readonly #next: HTMLButtonElement;
  #selection: Selection | undefined;
  #cursor: string | undefined;
  #nextCursor: string | undefined;
  #asking: AbortController | undefined;

  constructor(table: HTMLTableElement, first: HTMLButtonElement, next: HTMLButtonElement) {
    const body = tableBody(table, ['Window', 'Key', 'Events', 'So far'], 'No window is open.');
    this.#rows = new RowList(body, rowOf, changeRow);
    this.#first = first;
    this.#next = next;
    first.addEventListener('click', () => this.#turnTo(undefined));
    next.addEventListener('click', () => this.#turnTo(this.#nextCursor));
  }

  /** Begins with the first page. */
  choose(selection: Selection): void {
    this.#selection = selection;
    this.#turnTo(undefined);
  }

  /** Asks what the page holds now; a question that is still open is not asked again. */
  async refresh(): Promise<void> {
    if (this.#asking !== undefined || this.#selection === undefined || this.#selection.pipeline === '') return;
    const asking = new AbortController();
    this.#asking = asking;
    try {
      const answer = await fetch(`state?${query(this.#selection, this.#cursor)}`, { signal: asking.signal });
      if (!answer.ok) return;
      const { items, next } = (await answer.json()) as { items: readonly Omit<KeyedWindow, 'id'>[]; next?: string };
      this.#rows.show(items.map((each) => ({ ...each, id: `${each.window} ${each.start} ${each.key}` })));
      this.#nextCursor = next;
      this.#first.disabled = this.#cursor === undefined;
      this.#next.disabled = next === undefined;
    } catch {
      // The next picture asks again; that there is no connection is said at the top.
    } finally {
      if (this.#asking === asking) this.#asking = undefined;
    }
  }

  #turnTo(cursor: string | undefined): void {
    this.#asking?.abort();
    this.#asking = undefined;
    this.#cursor = cursor;
    void this.refresh();
  }
}

function query({ pipeline, window, prefix }: Selection, cursor: string | undefined): URLSearchParams {
  return new URLSearchParams({
    pipeline,
    prefix,
    limit: String(PAGE),
    ...(window === '' ? {} : { window }),
    ...(cursor === undefined ? {} : { cursor }),
  });
}

function rowOf({ window, key, start, end, count, value }: KeyedWindow): HTMLElement {
  return element(
    'tr',
    {},
    element('td', {}, element('b', {}, window), element('span', { class: 'when' }, boundsText(start, end))),
    element('td', { class: 'key', title: key }, key),
    element('td', { class: 'number', 'data-unit': eventsWord(count) }, countText(count)),
    element('td', { class: 'results' }, ...results(value)),
  );
}

function changeRow(row: HTMLElement, { count, value }: KeyedWindow): void {
  const [, , events, sofar] = row.children as unknown as [Element, Element, Element, Element];
  if (events.textContent === countText(count)) return;
  setText(events, countText(count));
  setAttributes(events, { 'data-unit': eventsWord(count) });
  sofar.replaceChildren(...results(value));
}
