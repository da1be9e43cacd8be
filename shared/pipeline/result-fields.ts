/** A number, text, a list, or nothing, with the name that it is called by: `latency.p99`. */
export type ResultField = readonly [name: string, value: unknown];

/** The result of an aggregate as fields that stand side by side, for whoever shows it to people: those of an object each for itself, however deep. */
export function resultFields(name: string, result: unknown): ResultField[] {
  if (typeof result !== 'object' || result === null || Array.isArray(result)) return [[name, result]];
  return Object.entries(result).flatMap(([field, inner]) => resultFields(`${name}.${field}`, inner));
}
