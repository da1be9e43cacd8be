/**
 * Whether a JSON value can stand in a column of a Hive type without anything being lost, as the JSON readers of Athena see it. A `string` takes what is no text as the JSON
 * that it is.
 */
export function fits(type: string, value: unknown): boolean {
  if (value === undefined) return true;
  const struct = /^struct<(.*)>$/.exec(type)?.[1];
  if (struct !== undefined) {
    const fields = new Map(struct.split(',').map((field) => field.split(':') as [string, string]));
    return isObject(value) && Object.entries(value).every(([name, each]) => fits(fields.get(name.toLowerCase()) ?? 'nothing', each));
  }
  switch (type) {
    case 'string':
      return typeof value === 'string' || isObject(value);
    case 'map<string,string>':
      return isObject(value) && Object.values(value).every((each) => typeof each === 'string');
    case 'bigint':
      return Number.isSafeInteger(value);
    case 'boolean':
      return typeof value === 'boolean';
    default:
      return false;
  }
}

/** The fields of the structs among such types. */
export function fieldsOf(type: string): string[] {
  return (/^struct<(.*)>$/.exec(type)?.[1] ?? '').split(',').map((field) => field.split(':')[0] as string);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
