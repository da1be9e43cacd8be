import type { Random } from '../../simulation/random.ts';

/** How often what happens to a call; what is left over goes through untouched. */
export interface FaultRates {
  readonly delayed: number;
  readonly reset: number;
  readonly unavailable: number;
  readonly throttled: number;
  /** Of the calls that put several records. */
  readonly partlyRefused: number;
}

/** What happens to one call. A delay comes on top of whatever else does. */
export interface Fault {
  readonly delayMs: number;
  readonly kind: 'none' | 'resetBefore' | 'resetAfter' | 'unavailable' | 'throttled' | 'partlyRefused';
}

export const CHAOS: FaultRates = { delayed: 0.35, reset: 0.15, unavailable: 0.1, throttled: 0.05, partlyRefused: 0.2 };
const DELAY_MS = 3_000;

/** @param haste By how much delays are shortened, so that a short run sees as many of them. */
export function drawFault(random: Random, rates: FaultRates, { operation, haste }: { operation: string; haste: number }): Fault {
  const delayMs = random.chance(rates.delayed) ? DELAY_MS / haste : 0;
  const drawn = random.unit();
  const resetBelow = rates.reset;
  const unavailableBelow = resetBelow + rates.unavailable;
  const throttledBelow = unavailableBelow + rates.throttled;
  if (drawn < resetBelow) return { delayMs, kind: drawn < resetBelow / 2 ? 'resetBefore' : 'resetAfter' };
  if (drawn < unavailableBelow) return { delayMs, kind: 'unavailable' };
  if (drawn < throttledBelow) return { delayMs, kind: 'throttled' };
  if (operation === 'PutRecords' && random.chance(rates.partlyRefused)) return { delayMs, kind: 'partlyRefused' };
  return { delayMs, kind: 'none' };
}
