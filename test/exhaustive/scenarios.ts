import { boundedOutOfOrderness, pipeline, sum, tumbling } from 'mullion';
import { afterCount } from '../../shared/triggers/trigger.ts';
import { WINDOW_MS } from './check-end.ts';
import { type Reading, Scenario, type Scope } from './scenario.ts';

const IDLE_TIMEOUT_MS = 10;

const WINDOWS = {
  all: { keyBy: () => 'k', window: tumbling(WINDOW_MS), aggregate: { total: sum(({ amount }: Reading) => amount) } },
};
const DEFINITION = { timestamp: ({ at }: Reading) => at, watermark: boundedOutOfOrderness(0) };

const held = pipeline<Reading>('p', { ...DEFINITION, idleness: 'hold', windows: WINDOWS });
const idle = pipeline<Reading>('p', { ...DEFINITION, idleness: { timeout: IDLE_TIMEOUT_MS }, windows: WINDOWS });
const speculative = pipeline<Reading>('p', {
  ...DEFINITION,
  idleness: 'hold',
  windows: { all: { ...WINDOWS.all, trigger: { early: afterCount(1) } } },
});

const SCOPE: Scope = { writers: 2, firers: 2, invocationsPerWriter: 2, invocationsPerFirer: 2, faults: 1 };

/** Small worlds, each about one part of the protocol. */
export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  'on-time': new Scenario({
    title: 'three events in order; the watermark fires one window, a drain the others',
    pipeline: held,
    readings: [
      { shard: 0, at: 1, amount: 1 },
      { shard: 0, at: 12, amount: 2 },
      { shard: 1, at: 25, amount: 4 },
    ],
    clockMs: [1_000, 2_000],
    drains: true,
    scope: SCOPE,
  }),
};
void idle;
void speculative;
