import { boundedOutOfOrderness, pipeline, sum, tumbling } from 'mullion';
import { afterCount } from '../../shared/triggers/trigger.ts';
import { EVERY_SNAPSHOT } from '../fixtures/every-snapshot.ts';
import { WINDOW_MS } from './check-end.ts';
import { type Reading, Scenario, type Scope } from './scenario.ts';

const IDLE_TIMEOUT_MS = 10;

const WINDOW = { keyBy: () => 'k', window: tumbling(WINDOW_MS), aggregate: { total: sum(({ amount }: Reading) => amount) } };
const DEFINITION = { timestamp: ({ at }: Reading) => at, watermark: boundedOutOfOrderness(0) };

const held = pipeline<Reading>('p', { ...DEFINITION, idleness: 'hold', windows: { all: WINDOW } });
const idle = pipeline<Reading>('p', { ...DEFINITION, idleness: { timeout: IDLE_TIMEOUT_MS }, windows: { all: WINDOW } });
const speculative = pipeline<Reading>('p', {
  ...DEFINITION,
  idleness: 'hold',
  windows: { all: { ...WINDOW, trigger: { early: afterCount(1) } } },
});

const IN_ORDER: readonly Reading[] = [
  { shard: 0, at: 1, amount: 1 },
  { shard: 0, at: 12, amount: 2 },
  { shard: 1, at: 25, amount: 4 },
];
const ONE_AFTER_SILENCE: readonly Reading[] = [
  { shard: 0, at: 1, amount: 1 },
  { shard: 1, at: 7, amount: 2 },
  { shard: 0, at: 40, amount: 4 },
];

const SCOPE: Scope = { writers: 2, firers: 2, invocationsPerWriter: 1, invocationsPerFirer: 1, faults: 1 };

/** Small worlds, each about one part of the protocol. All have two shards and three events. */
export const SCENARIOS = {
  'on time': new Scenario({
    title: 'the watermark fires one window, and a drain the two others',
    pipeline: held,
    readings: IN_ORDER,
    drains: true,
    scope: SCOPE,
  }),
  idle: new Scenario({
    title: 'shards fall silent, a record comes when they are proven idle, and time closes all windows',
    pipeline: idle,
    readings: ONE_AFTER_SILENCE,
    recordsPutAtFirst: 2,
    clockMs: [1_000, 1_020],
    drains: false,
    scope: SCOPE,
  }),
  late: new Scenario({
    title: 'an event that is older than its bound races the epoch that closes its window',
    pipeline: speculative,
    readings: [
      { shard: 0, at: 25, amount: 1 },
      { shard: 1, at: 31, amount: 2 },
      { shard: 0, at: 3, amount: 4 },
    ],
    drains: true,
    isDisorderly: true,
    scope: SCOPE,
  }),
  expired: new Scenario({
    title: 'a month passes, logs expire, and the stream goes on',
    pipeline: idle,
    readings: ONE_AFTER_SILENCE,
    recordsPutAtFirst: 2,
    clockMs: [1_000, 1_020],
    drains: false,
    expires: true,
    scope: SCOPE,
  }),
  paused: new Scenario({
    title: 'somebody asks for a pause, a checkpoint and an end of the pause, whenever he likes',
    pipeline: held,
    readings: IN_ORDER,
    drains: true,
    requests: ['pause', 'checkpoint', 'resume'],
    scope: SCOPE,
  }),
  snapshots: new Scenario({
    title: 'whoever fires writes its state down whenever it may; a month passes, and of windows that are open only a snapshot is left',
    pipeline: held,
    readings: IN_ORDER,
    drains: true,
    expires: true,
    snapshots: EVERY_SNAPSHOT,
    scope: SCOPE,
  }),
};

type ScenarioName = keyof typeof SCENARIOS;

/** What `npm run exhaustive` runs: as much as a minute or two can hold. */
export const RUNS: readonly { readonly name: ScenarioName; readonly scope: Partial<Scope> }[] = [
  { name: 'on time', scope: { faults: 2 } },
  { name: 'on time', scope: { invocationsPerWriter: 2, faults: 0 } },
  { name: 'on time', scope: { invocationsPerFirer: 2, faults: 0 } },
  { name: 'idle', scope: { faults: 1 } },
  { name: 'late', scope: { faults: 1 } },
  { name: 'expired', scope: { faults: 0 } },
  { name: 'paused', scope: { faults: 0 } },
];
