import type { Picture } from '../../functions/api/schemas.ts';
import { countText } from '../model/number-text.ts';
import { element, setText } from './element.ts';

type Counts = NonNullable<Picture['stats']>['counts'];

const OUTCOMES = [
  ['folded', 'in a window'],
  ['filtered', 'filtered out'],
  ['duplicate', 'dropped, came before'],
  ['late', 'too late'],
  ['invalid', 'rejected'],
] as const;

/** `read = folded + filtered + duplicate + late + invalid`, as a bar that is always full. */
export class AccountBar {
  readonly #total = element('p', { class: 'total' });
  readonly #bar = element('div', { class: 'account', 'aria-hidden': 'true' });
  readonly #list = element('dl', { class: 'outcomes' });
  readonly #known = new Map<string, readonly [HTMLElement, HTMLElement]>();

  constructor(place: HTMLElement) {
    for (const [outcome, name] of OUTCOMES) {
      const part = element('span', { class: `is-${outcome}` });
      const text = element('dd');
      this.#bar.append(part);
      this.#list.append(element('div', {}, element('dt', { class: `is-${outcome}` }, name), text));
      this.#known.set(outcome, [part, text]);
    }
    place.append(this.#total, this.#bar, this.#list);
  }

  show(counts: Counts | undefined): void {
    if (counts === undefined) return;
    setText(this.#total, `${countText(counts.read)} events were read`);
    for (const [outcome] of OUTCOMES) {
      const [part, text] = this.#known.get(outcome) as readonly [HTMLElement, HTMLElement];
      const events = counts[outcome] ?? 0;
      // What is there at all can be seen.
      part.style.flex = events === 0 ? '0 0 0' : `${events} 0 3px`;
      setText(text, countText(events));
    }
  }
}
