import { InvalidArgument } from './invalid-argument.ts';

/** @throws {InvalidArgument} when it is no function. */
export function requireFunction(given: unknown, allowed: string, field?: string): void {
  if (typeof given !== 'function') throw new InvalidArgument(given, allowed, field);
}

/** @throws {InvalidArgument} when it is no number between the two, both included. */
export function requireNumber(given: unknown, min: number, max: number, field: string): void {
  if (typeof given !== 'number' || !(given >= min && given <= max))
    throw new InvalidArgument(given, `a number from ${min} to ${max}`, field);
}

/** @throws {InvalidArgument} when it is no whole number between the two, both included. */
export function requireWhole(given: unknown, min: number, max: number, field: string): void {
  if (!Number.isInteger(given) || (given as number) < min || (given as number) > max) {
    throw new InvalidArgument(given, `a whole number from ${min} to ${max}`, field);
  }
}
