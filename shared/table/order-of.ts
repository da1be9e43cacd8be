// Fewer than this are sorted sooner by comparing.
const COMPARED_MAX = 16;
const UNITS = 4;
// A unit takes a byte, 0 being the end of a key; from here on units share the last one.
const SHARED = 255;

/**
 * The rows of distinct keys, by key, rising: by UTF-16 units, like `<`.
 *
 * Four units behind what all keys begin with make one number; rows whose numbers are the same are ordered by the next four. Numbers beside each other are sorted several
 * times sooner than rows that must be looked up to be compared.
 */
export function orderOf(keys: readonly string[]): Uint32Array {
  const rows = new Uint32Array(keys.length);
  for (let row = 0; row < rows.length; row++) rows[row] = row;
  if (keys.every((key, row) => row === 0 || (keys[row - 1] as string) < key)) return rows;

  const pairs = new BigUint64Array(rows.length);
  // Of each pair the low half is the row, the high one what comes first in the order.
  const halves = new Uint32Array(pairs.buffer);
  const compared = (a: number, b: number) => ((keys[a] as string) < (keys[b] as string) ? -1 : 1);

  const sort = (from: number, to: number, shared: number): void => {
    const part = rows.subarray(from, to);
    if (part.length <= COMPARED_MAX) {
      part.sort(compared);
      return;
    }
    const depth = beginningOf(keys, part, shared);
    for (let at = from; at < to; at++) {
      const row = rows[at] as number;
      halves[at * 2] = row;
      halves[at * 2 + 1] = unitsAt(keys[row] as string, depth);
    }
    pairs.subarray(from, to).sort();
    for (let at = from; at < to; at++) rows[at] = halves[at * 2] as number;
    for (let at = from, next = from; at < to; at = next) {
      const units = halves[at * 2 + 1] as number;
      next = at + 1;
      while (next < to && halves[next * 2 + 1] === units) next++;
      if (next - at === 1) continue;
      if (hasShared(units)) rows.subarray(at, next).sort(compared);
      else sort(at, next, depth + UNITS);
    }
  };
  sort(0, rows.length, 0);
  return rows;
}

/** How many units these keys begin with in common; so many is known. */
function beginningOf(keys: readonly string[], rows: Uint32Array, known: number): number {
  const first = keys[rows[0] as number] as string;
  let length = first.length;
  for (const row of rows) {
    const key = keys[row] as string;
    let unit = known;
    while (unit < length && key.charCodeAt(unit) === first.charCodeAt(unit)) unit++;
    length = unit;
    if (length === known) break;
  }
  return length;
}

/** Four units of a key as one number, which is the greater the later they come. Behind a shared one nothing tells. */
function unitsAt(key: string, from: number): number {
  let units = 0;
  let tells: boolean = true;
  for (let unit = from; unit < from + UNITS; unit++) {
    const value: number = tells && unit < key.length ? Math.min(key.charCodeAt(unit) + 1, SHARED) : 0;
    tells &&= value !== SHARED;
    units = (units << 8) | value;
  }
  return units >>> 0;
}

/** Whether keys with these units may differ in them, or end with them: then the next ones do not tell. */
function hasShared(units: number): boolean {
  for (let rest = units, unit = 0; unit < UNITS; unit++, rest >>>= 8) if ((rest & 255) === SHARED || (rest & 255) === 0) return true;
  return false;
}
