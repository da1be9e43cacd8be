import { resultFields } from '../../shared/pipeline/result-fields.ts';
import { resultText } from '../model/number-text.ts';
import { element } from './element.ts';

// Of a pane. One may hold thousands.
const FIELDS_SHOWN = 12;

/** The results of aggregates, by name. */
export function results(value: Readonly<Record<string, unknown>>): HTMLElement[] {
  const fields = Object.entries(value).flatMap(([name, result]) => resultFields(name, result));
  const more = fields.length - FIELDS_SHOWN;
  return [
    ...fields.slice(0, FIELDS_SHOWN).map(([name, result]) => element('span', {}, element('i', {}, name), ` ${resultText(result)}`)),
    ...(more > 0 ? [element('span', {}, `and ${more} more`)] : []),
  ];
}
