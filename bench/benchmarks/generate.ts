import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Generated, generateEvents } from '../../cli/generate/generate-events.ts';
import { LineSink } from '../../cli/sink/line-sink.ts';
import { EVENT_KINDS, type GeneratorOptions } from '../../shared/generate/generator-options.ts';
import { generatedEvents } from '../../shared/generate/generated-events.ts';
import type { Benchmark } from '../benchmark.ts';
import { cpuUs, median } from '../cpu.ts';
import { NOON_MS } from '../measurements.ts';

const RATE = 50_000;
const SECONDS = 5;
const ROUNDS = 5;

/** As `mullion generate` does them where nothing else is said. */
const OPTIONS: GeneratorOptions = {
  seed: 1,
  startMs: NOON_MS,
  eventsPerSecond: RATE,
  events: RATE * SECONDS,
  kinds: EVENT_KINDS,
  sources: 3,
  keys: 1_000,
  seasonMs: 86_400_000,
  trend: 0.02,
  anomalies: 0.001,
  outOfOrder: 0.1,
  disorderMs: 2_000,
  late: 0.01,
  lateByMs: 60_000,
  duplicates: 0.005,
};

interface Run extends Generated {
  readonly cpuUs: number;
}

async function run(path: string, speed: number): Promise<Run> {
  const before = cpuUs();
  const generated = await generateEvents(OPTIONS, { sink: await LineSink.open(path), speed, signal: new AbortController().signal });
  return { ...generated, cpuUs: cpuUs() - before };
}

/** What `JSON.stringify` of the same events takes. */
function stringifyUs(): number {
  const events = [...generatedEvents(OPTIONS)].map(({ json }) => JSON.parse(json) as unknown);
  const before = cpuUs();
  for (const event of events) JSON.stringify(event);
  return cpuUs() - before;
}

export const benchmark: Benchmark = {
  about: `mullion generate into a file, ${OPTIONS.events} events of all kinds, ${OPTIONS.keys} keys of each, one core`,
  async run() {
    const folder = mkdtempSync(join(tmpdir(), 'mullion-bench-'));
    try {
      const [plain, zipped] = [join(folder, 'events.jsonl'), join(folder, 'events.jsonl.gz')];
      const us = { plain: [] as number[], zipped: [] as number[], stringify: [] as number[] };
      for (let round = 0; round < ROUNDS; round++) {
        us.plain.push((await run(plain, Number.POSITIVE_INFINITY)).cpuUs);
        us.zipped.push((await run(zipped, Number.POSITIVE_INFINITY)).cpuUs);
        us.stringify.push(stringifyUs());
      }
      const paced = await run(plain, 1);
      const perSecond = (times: readonly number[]) => (OPTIONS.events / median(times)) * 1e6;
      return [
        { what: 'events a second of CPU', value: perSecond(us.plain), unit: '/s', atLeast: RATE },
        { what: 'events a second of CPU, gzipped', value: perSecond(us.zipped), unit: '/s', atLeast: RATE },
        { what: 'CPU to that of JSON.stringify alone', value: median(us.plain) / median(us.stringify), unit: '×' },
        {
          what: `events a second, paced at ${RATE}`,
          value: (paced.tally.events / paced.elapsedMs) * 1_000,
          unit: '/s',
          atLeast: RATE * 0.98,
          note: `${((100 * paced.cpuUs) / (paced.elapsedMs * 1_000)).toFixed(0)} % of a core`,
        },
      ];
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};
