import { expect, test } from 'vitest';
import { measureSizes } from '../../bench/cost/sizes.ts';
import { MEASURED } from '../../shared/cost/measured.ts';

/** By how much what the model believes may be wrong before somebody should measure again. */
const TOLERANCE = 0.1;

test('what the model believes of sizes is what is written; else: npm run bench -- cost-inputs, and shared/cost/measured.ts', {
  timeout: 60_000,
}, async () => {
  const wrong = differences(await measureSizes(), MEASURED);
  expect(wrong).toEqual([]);
});

/** Every number of the one that is another in the other. */
function differences(measured: object, believed: object, path = ''): string[] {
  return Object.entries(measured).flatMap(([name, value]: [string, unknown]) => {
    const [here, there] = [`${path}${name}`, (believed as Record<string, unknown>)[name]];
    if (typeof value !== 'number') return differences(value as object, there as object, `${here}.`);
    return Math.abs(value - (there as number)) <= TOLERANCE * value ? [] : [`${here}: ${value} was measured, ${String(there)} is believed`];
  });
}
