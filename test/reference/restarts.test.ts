import fc from 'fast-check';
import {
  afterCount,
  boundedOutOfOrderness,
  collect,
  count,
  countDistinct,
  every,
  global,
  max,
  onEvent,
  percentile,
  pipeline,
  session,
  sliding,
  sum,
  topK,
  tumbling,
  type WindowOptions,
} from 'mullion';
import { expect, test } from 'vitest';
import { onlyDefinition } from '../../shared/log/definition-history.ts';
import { FiringState } from '../../shared/firing/firing-state.ts';
import { restore } from '../../shared/firing/restore.ts';
import { NO_SNAPSHOTS, type SnapshotPolicy, snapshotRule } from '../../shared/firing/snapshot-policy.ts';
import { epochLog, snapshotLog } from '../../shared/log/keys.ts';
import type { PositionedEntry } from '../../shared/log/log-entry.ts';
import { ORIGIN, type Position } from '../../shared/log/position.ts';
import type { LogStore } from '../../shared/ports/log-store.ts';
import { decodeSnapshot, encodeSnapshot } from '../../shared/log/snapshot.ts';
import { FIRST_LANE } from '../../shared/pipeline/lane.ts';
import type { Pipeline } from '../../shared/pipeline/pipeline.ts';
import { EVERY_SNAPSHOT } from '../fixtures/every-snapshot.ts';
import { type Batch, type EngineRun, runBatches } from './engine-run.ts';
import { withoutWatermark } from './final-values.ts';
import type { Happening } from './reference-model.ts';

const RUNS = Number(process.env.REFERENCE_RUNS ?? 120);
const SEED = Number(process.env.REFERENCE_SEED ?? 7);
const BOUND_MS = 50;
const TIMEOUT_MS = 120_000 * Math.max(1, RUNS / 120);

const window: fc.Arbitrary<WindowOptions<Happening>['window']> = fc.constantFrom(
  tumbling(40),
  tumbling(40, { offset: -7 }),
  sliding(60, 20),
  sliding(50, 20, { offset: 3 }),
  global(),
  session(15),
  session(15, { maxDuration: 40 }),
  session<Happening>(({ amount }) => (amount > 4 ? 30 : 5), { maxGap: 30 }),
);

const trigger = fc.constantFrom(
  undefined,
  afterCount(2),
  every('3s'),
  onEvent<Happening>(({ amount }) => amount > 7, { fallback: '5s' }),
);

const shape = fc.record({
  window,
  allowedLateness: fc.constantFrom(0, 35),
  early: trigger,
  late: trigger,
  onTime: fc.constantFrom('always' as const, 'ifChanged' as const),
  accumulation: fc.constantFrom('accumulating' as const, 'discarding' as const, 'retracting' as const),
});

const definitions = fc.array(shape, { minLength: 1, maxLength: 2 }).map(
  (shapes): Pipeline<Happening> =>
    pipeline<Happening>('restarts', {
      timestamp: ({ at }) => at,
      watermark: boundedOutOfOrderness(BOUND_MS),
      windows: Object.fromEntries(
        shapes.map(({ early, late, onTime, ...options }, index): [string, WindowOptions<Happening>] => [
          `w${index}`,
          {
            ...options,
            trigger: { onTime, ...(early && { early }), ...(late && { late }) },
            keyBy: ({ key }) => key,
            aggregate: {
              n: count(),
              total: sum(({ amount }) => amount),
              most: max(({ amount }) => amount),
              amounts: collect({ limit: 20, of: ({ amount }) => amount }),
              different: countDistinct(({ amount }) => String(amount)),
              median: percentile(({ amount }) => amount, 0.5),
              frequent: topK(({ amount }) => String(amount), 3),
            },
          },
        ]),
      ),
    }),
);

/** Some events beyond the bound, some too late; batches of any size; restarts and firings anywhere. */
const histories = fc
  .array(
    fc.record({
      events: fc.array(
        fc.record({
          ahead: fc.integer({ min: 0, max: 60 }),
          back: fc.oneof({ weight: 4, arbitrary: fc.integer({ min: 0, max: BOUND_MS }) }, fc.integer({ min: 0, max: 500 })),
          key: fc.constantFrom('a', 'b', 'ü'),
          amount: fc.integer({ min: -4, max: 9 }),
        }),
        { minLength: 1, maxLength: 5 },
      ),
      shard: fc.integer({ min: 0, max: 1 }),
      restart: fc.boolean(),
      fires: fc.boolean(),
    }),
    { minLength: 1, maxLength: 25 },
  )
  .map((steps) => {
    let clock = -200;
    return steps.map(
      ({ events, ...step }): Batch<Happening> => ({
        ...step,
        events: events.map(({ ahead, back, key, amount }) => {
          clock += ahead;
          return { at: clock - back, key, amount };
        }),
      }),
    );
  });

const withoutRestarts = (batches: readonly Batch<Happening>[]) => batches.map((batch) => ({ ...batch, restart: false }));

/** Byte for byte, but for the number of the epoch: one that only a snapshot stands on moves those behind it. */
const said = ({ panes, refused }: EngineRun) => ({
  panes: panes.map(({ epoch: { index }, ...pane }) => JSON.stringify([index, pane])),
  refused: refused.map((refusal) => JSON.stringify(withoutWatermark(refusal))),
});

async function snapshotsOf({ store }: EngineRun): Promise<readonly PositionedEntry[]> {
  return store.read(snapshotLog('restarts'), ORIGIN);
}

/** The logs as they were when an epoch was the newest, without a snapshot. */
function logsAt(store: LogStore, epoch: Position): LogStore {
  return {
    append: () => Promise.reject(new Error('only read')),
    read: async (log, after) => store.read(log, after),
    last: async (log) => (log === epochLog('restarts') ? (await store.read(log, (epoch - 1) as Position))[0] : undefined),
  };
}

test(
  'restarts anywhere give the same panes with a snapshot at every firing, by the rule, or none',
  async () => {
    const policies: Record<string, SnapshotPolicy> = { every: EVERY_SNAPSHOT, rule: snapshotRule(1), none: NO_SNAPSHOTS };
    const written: Record<string, number> = { every: 0, rule: 0, none: 0 };
    let refusals = 0;
    await fc.assert(
      fc.asyncProperty(definitions, histories, async (definition, batches) => {
        const steady = await runBatches(definition, withoutRestarts(batches), { snapshots: NO_SNAPSHOTS });
        refusals += steady.refused.length;
        for (const [name, snapshots] of Object.entries(policies)) {
          const run = await runBatches(definition, batches, { snapshots });
          expect(said(run)).toEqual(said(steady));
          written[name] = (written[name] as number) + (await snapshotsOf(run)).length;
        }
      }),
      { numRuns: RUNS, seed: SEED },
    );
    // The histories are what they should be.
    expect(refusals).toBeGreaterThan(RUNS / 10);
    expect(written.none).toBe(0);
    expect(written.rule).toBeGreaterThan(RUNS);
    expect(written.every).toBeGreaterThan(written.rule as number);
  },
  TIMEOUT_MS,
);

test(
  'what a snapshot stands for may expire',
  async () => {
    await fc.assert(
      fc.asyncProperty(definitions, histories, async (definition, batches) => {
        const steady = await runBatches(definition, withoutRestarts(batches), { snapshots: NO_SNAPSHOTS });
        for (const snapshots of [EVERY_SNAPSHOT, snapshotRule(1)]) {
          expect(said(await runBatches(definition, batches, { snapshots, expires: true }))).toEqual(said(steady));
        }
      }),
      { numRuns: RUNS, seed: SEED },
    );
  },
  TIMEOUT_MS,
);

test(
  'a state is the same bytes however it came about: kept in memory, read from a snapshot, computed from the logs; and comes back from them',
  async () => {
    await fc.assert(
      fc.asyncProperty(definitions, histories, async (definition, batches) => {
        const kept = await runBatches(definition, withoutRestarts(batches), { snapshots: EVERY_SNAPSHOT });
        const restarted = await runBatches(definition, batches, { snapshots: EVERY_SNAPSHOT });
        expect(await snapshotsOf(restarted)).toEqual(await snapshotsOf(kept));
        for (const entry of await snapshotsOf(kept)) {
          const { header, state: read } = decodeSnapshot(onlyDefinition(definition), entry, (known) => new FiringState(known));
          const computed = await restore({
            pipeline: definition,
            lane: FIRST_LANE,
            definitions: onlyDefinition(definition),
            logStore: logsAt(kept.store, header.epoch),
          });
          expect(computed.state.epoch).toBe(header.epoch);
          for (const state of [read, computed.state]) {
            expect({ ...encodeSnapshot(header, state), position: entry.position }).toEqual(entry);
          }
        }
      }),
      { numRuns: RUNS, seed: SEED },
    );
  },
  TIMEOUT_MS,
);
