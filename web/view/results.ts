import { resultText } from '../model/number-text.ts';
import { element } from './element.ts';

/** The results of aggregates, by name. */
export function results(value: Readonly<Record<string, unknown>>): HTMLElement[] {
  return Object.entries(value).map(([name, result]) => element('span', {}, element('i', {}, name), ` ${resultText(result)}`));
}
