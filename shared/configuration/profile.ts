/** Plain JSON of a document. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** What a profile says over what all say: objects field by field, everything else in place of what was there; `null` takes a field out. */
export function mergeProfile(base: JsonObject, profile: JsonObject): JsonObject {
  const merged = new Map(Object.entries(base));
  for (const [name, value] of Object.entries(profile)) {
    const before = merged.get(name);
    if (value === null) merged.delete(name);
    else merged.set(name, isJsonObject(value) ? mergeProfile(isJsonObject(before) ? before : {}, value) : value);
  }
  return Object.fromEntries(merged);
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
