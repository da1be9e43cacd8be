const INT32_MAX = 2 ** 31 - 1;
const ZERO = 48;
const POINT = 46;
const MINUS = 45;
// All numbers of so many digits are safe, and no two of them are the same float64, whatever their decimals.
const WHOLE_MAX = 1e15 - 1;
// With more, small numbers are written with an exponent.
const DECIMALS_MAX = 6;

/** Writes a whole number, not negative and safe, as its digits; gives where they end. */
export function putDigits(number: number, text: Uint8Array, at: number): number {
  let end = at + 1;
  for (let limit = 10; number >= limit; limit *= 10) end++;
  let index = end;
  let rest = number;
  while (rest > INT32_MAX) {
    text[--index] = ZERO + (rest % 10);
    rest = Math.floor(rest / 10);
  }
  for (let whole = rest | 0; index > at; whole = (whole / 10) | 0) text[--index] = ZERO + (whole % 10);
  return end;
}

/** Most bytes that {@link putDecimal} writes: a sign, digits, a point. */
export const DECIMAL_BYTES_MAX = 2 + 15 + DECIMALS_MAX;

/**
 * Writes a number as `String` does, several times sooner; gives where it ends. -1, and nothing is written, for numbers that people and devices rarely write: with more than six
 * decimals, very large, or none at all.
 */
export function putDecimal(number: number, text: Uint8Array, at: number): number {
  for (let decimals = 0, power = 1; decimals <= DECIMALS_MAX; decimals++, power *= 10) {
    const whole = Math.floor(number * power + 0.5);
    // A decimal of so few digits that gives the number is the shortest that does.
    if (whole / power !== number || whole > WHOLE_MAX || whole < -WHOLE_MAX) continue;
    let end = at;
    if (whole < 0) text[end++] = MINUS;
    const digits = Math.abs(whole);
    if (decimals === 0) return putDigits(digits, text, end);
    const units = Math.floor(digits / power);
    end = putDigits(units, text, end);
    // A 1 before the decimals keeps their zeros, and gives way to the point.
    const point = end;
    end = putDigits(power + digits - units * power, text, end);
    text[point] = POINT;
    return end;
  }
  return -1;
}
