import { describe, test } from 'vitest';
import type { AbsentEngine, Engine } from './engine.ts';

/** The tests of something on an engine; where that is absent, one that is skipped and says why. */
export function describeOn(engine: Engine | AbsentEngine, what: string, tests: (engine: Engine) => void): void {
  describe(`${what} on ${engine.name}`, () => {
    if (!('absentBecause' in engine)) return tests(engine);
    return test('runs', ({ skip }) => {
      // The summary of a run counts what is skipped, and gives no reasons.
      console.warn(engine.absentBecause);
      skip(engine.absentBecause);
    });
  });
}
