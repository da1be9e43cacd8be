import type { DocumentPath } from './source-text.ts';

// What a definition calls otherwise than a configuration does.
const NAMES: Readonly<Record<string, string>> = {
  keyBy: 'key',
  aggregate: 'aggregates',
  idleness: 'idle_timeout',
};
// Parameters of percentile() and percentiles().
const PARAMETERS: Readonly<Record<string, string>> = { p: 'at', ps: 'at' };
const TRIGGERS: Readonly<Record<string, string>> = { early: 'early_firing', onTime: 'on_watermark', late: 'late_firing' };

/** Where in a configuration stands what a definition names: `windows.daily.window.weekStart` is `windows.daily.week_start`. */
export function configurationPath(definitionField: string): DocumentPath {
  const [first = '', ...rest] = definitionField.split('.');
  if (first === 'watermark') return watermarkPath(rest);
  if (first !== 'windows') return [nameOf(first)];
  const [window, field, ...inside] = rest;
  const at = ['windows', ...(window === undefined ? [] : [window])];
  switch (field) {
    case undefined:
      return at;
    case 'window':
      return [...at, ...inside.map(nameOf)];
    case 'trigger':
      return [...at, 'trigger', ...inside.slice(0, 1).map((each) => TRIGGERS[each] ?? each)];
    case 'aggregate':
      return [...at, 'aggregates', ...inside.slice(0, 1), ...inside.slice(1).map((each) => PARAMETERS[each] ?? nameOf(each))];
    default:
      return [...at, nameOf(field)];
  }
}

function watermarkPath([field, source]: readonly string[]): DocumentPath {
  if (field === 'bound') return ['watermark', 'delay'];
  return field === 'sources' && source !== undefined ? ['watermark', 'delays', source] : ['watermark'];
}

function nameOf(field: string): string {
  return NAMES[field] ?? field.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
