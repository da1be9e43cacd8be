import type { Benchmark, Figure } from '../benchmark.ts';
import { measureProcessorTimes } from '../cost/processor-times.ts';
import { measureSizes } from '../cost/sizes.ts';

/** By the names that they have in `shared/cost/measured.ts`. */
function figuresOf(measured: object, unit: string, path = ''): Figure[] {
  return Object.entries(measured).flatMap(([name, value]: [string, unknown]) =>
    typeof value === 'number' ? [{ what: `${path}${name}`, value, unit }] : figuresOf(value as object, unit, `${path}${name}.`),
  );
}

export const benchmark: Benchmark = {
  about: 'what the cost model is computed from: its numbers stand in shared/cost/measured.ts',
  async run() {
    const { commit, ...sizes } = await measureSizes();
    const { rowBytes, ...commitSizes } = commit;
    const rows = Object.entries(rowBytes).flatMap(([kind, points]) =>
      points.map(([events, bytes]): Figure => ({ what: `commit.rowBytes.${kind}, ${events} events a row`, value: bytes, unit: 'B' })),
    );
    return [
      ...figuresOf({ commit: commitSizes }, 'B'),
      ...rows,
      ...figuresOf(sizes, 'B'),
      ...figuresOf(await measureProcessorTimes(), 'µs', 'cpuUs.'),
    ];
  },
};
