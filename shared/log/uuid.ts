/** Characters of a UUID as text, and bytes of it packed. */
export const UUID_LENGTH = 36;
export const UUID_BYTES = 16;

const DASH = 45;
const DIGITS = Uint8Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0));
const NOT_A_DIGIT = 255;

/** The value of a hexadecimal digit, by its character. Upper case is none: it would come back as lower case. */
const VALUES = new Uint8Array(256).fill(NOT_A_DIGIT);
for (const [value, digit] of DIGITS.entries()) VALUES[digit] = value;

/** Packs the text of a UUID, in lower case with its dashes; `false` when it is none. */
export function packUuid(text: Uint8Array, from: number, packed: Uint8Array, at: number): boolean {
  let to = at;
  let index = from;
  while (index < from + UUID_LENGTH) {
    if (isDashAt(index - from)) {
      if (text[index++] !== DASH) return false;
      continue;
    }
    const high = VALUES[text[index++] as number] as number;
    const low = VALUES[text[index++] as number] as number;
    if ((high | low) === NOT_A_DIGIT) return false;
    packed[to++] = high * 16 + low;
  }
  return true;
}

/** The text that {@link packUuid} has packed. */
export function unpackUuid(packed: Uint8Array, from: number, text: Uint8Array, at: number): void {
  let to = at;
  for (let index = from; index < from + UUID_BYTES; index++) {
    if (isDashAt(to - at)) text[to++] = DASH;
    const byte = packed[index] as number;
    text[to++] = DIGITS[byte >> 4] as number;
    text[to++] = DIGITS[byte & 15] as number;
  }
}

function isDashAt(offset: number): boolean {
  return offset === 8 || offset === 13 || offset === 18 || offset === 23;
}
