import { element } from './element.ts';

/**
 * Gives a table its heads and a body.
 *
 * @param whenEmpty Stands there while there are no rows.
 */
export function tableBody(table: HTMLTableElement, heads: readonly string[], whenEmpty: string): HTMLTableSectionElement {
  const body = element('tbody', { 'data-empty': whenEmpty });
  table.append(
    element(
      'thead',
      {},
      element('tr', {}, ...heads.map((head) => element('th', { scope: 'col', class: head === 'Events' ? 'number' : undefined }, head))),
    ),
    body,
  );
  return body;
}
