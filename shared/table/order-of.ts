// Fewer than this are sorted sooner by comparing.
const COMPARED_MAX = 16;
const CODE_BITS = 32;
// Units from here on share the last letter, so that the letters of all others and the end of a key fit into a byte.
const SHARED_UNIT = 254;

/**
 * The rows of distinct keys, by key, rising: by UTF-16 units, like `<`.
 *
 * As many units behind what all keys begin with as will go make one number; rows whose numbers are the same are ordered by the next ones. Numbers beside each other are
 * sorted several times sooner than rows that must be looked up to be compared.
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
    const alphabet = alphabetOf(keys, part, depth);
    for (let at = from; at < to; at++) {
      const row = rows[at] as number;
      halves[at * 2] = row;
      halves[at * 2 + 1] = codeOf(keys[row] as string, depth, alphabet);
    }
    pairs.subarray(from, to).sort();
    for (let at = from; at < to; at++) rows[at] = halves[at * 2] as number;
    for (let at = from, next = from; at < to; at = next) {
      const code = halves[at * 2 + 1] as number;
      next = at + 1;
      while (next < to && halves[next * 2 + 1] === code) next++;
      if (next - at === 1) continue;
      if (isTelling(code, alphabet)) sort(at, next, depth + alphabet.units);
      else rows.subarray(at, next).sort(compared);
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

/** The units that occur, as letters in their order: fewer of them are fewer bits each. The end of a key is 0. */
interface Alphabet {
  readonly letters: Uint8Array;
  /** The letter of all units that share one; beyond all others where none occurs. */
  readonly shared: number;
  readonly bits: number;
  /** How many fit into a code. */
  readonly units: number;
}

/** @param from Where in the keys the units begin that count. */
function alphabetOf(keys: readonly string[], rows: Uint32Array, from: number): Alphabet {
  const letters = new Uint8Array(SHARED_UNIT + 1);
  for (const row of rows) {
    const key = keys[row] as string;
    for (let unit = from; unit < key.length; unit++) letters[Math.min(key.charCodeAt(unit), SHARED_UNIT)] = 1;
  }
  let last = 0;
  for (let unit = 0; unit < letters.length; unit++) if (letters[unit] === 1) letters[unit] = ++last;
  const bits = CODE_BITS - Math.clz32(last);
  return { letters, shared: letters[SHARED_UNIT] || last + 1, bits, units: Math.floor(CODE_BITS / bits) };
}

/** Units of a key as one number, which is the greater the later they come. Behind a shared one nothing tells. */
function codeOf(key: string, from: number, { letters, shared, bits, units }: Alphabet): number {
  let code = 0;
  let tells: boolean = true;
  for (let unit = from; unit < from + units; unit++) {
    const letter: number = tells && unit < key.length ? (letters[Math.min(key.charCodeAt(unit), SHARED_UNIT)] as number) : 0;
    tells &&= letter !== shared;
    code = (code << bits) | letter;
  }
  return code >>> 0;
}

/** Whether keys with this code are the same so far, and go on: then the next units tell. */
function isTelling(code: number, { shared, bits, units }: Alphabet): boolean {
  const mask = 2 ** bits - 1;
  for (let rest = code, unit = 0; unit < units; unit++, rest >>>= bits) if ((rest & mask) === shared || (rest & mask) === 0) return false;
  return true;
}
