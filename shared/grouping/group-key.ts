/** The values of the fields that a key was made of, by their names, as text. A field that is not there was summed over. */
export type Group = Readonly<Record<string, string>>;

/** The key of everything: of the grouping set without a field. No other key looks like it. */
const EVERYTHING = '*';

const DIVIDER = '&';
const EQUALS = '=';
const RESERVED = /[%&=]/g;

/** The key of a group: `region=EU&product=tea`. Percent signs stand before what would be mistaken for a divider, and no two groups share a key. */
export function groupKey(fields: readonly (readonly [name: string, value: string])[]): string {
  if (fields.length === 0) return EVERYTHING;
  return fields.map(([name, value]) => `${escape(name)}${EQUALS}${escape(value)}`).join(DIVIDER);
}

/** The group that a key stands for. */
export function groupOfKey(key: string): Group {
  if (key === EVERYTHING) return {};
  return Object.fromEntries(
    key.split(DIVIDER).map((field) => {
      const [name = '', value = ''] = field.split(EQUALS);
      return [decodeURIComponent(name), decodeURIComponent(value)];
    }),
  );
}

/** As in a URL, but only what must be: keys are to be read. */
function escape(text: string): string {
  return text.replace(RESERVED, (reserved) => `%${reserved.charCodeAt(0).toString(16).toUpperCase()}`);
}
