import fc from 'fast-check';
import { afterCount, every, type Pane, session, sliding, tumbling, type WindowContents } from 'mullion';
import { describe, expect, test, vi } from 'vitest';
import { compareSequenceNumbers } from '../../shared/log/sequence-number.ts';
import { explain } from '../../shared/provenance/explain.ts';
import type { Pipeline } from '../../shared/pipeline/pipeline.ts';
import type { CommitShare, Explanation } from '../../shared/provenance/explanation.ts';
import { type Batch, type Happening, idsIn, type Placed, runTraced, type TracedRun, tracedPipeline } from './traced-run.ts';

type Shape = Omit<WindowContents<Happening>, 'aggregate'>;

const RUNS = Number(process.env.REFERENCE_RUNS ?? 8);
const SEED = Number(process.env.REFERENCE_SEED ?? 7);
const GAP_MS = 15;

// Every pane of every history is explained from the logs.
vi.setConfig({ testTimeout: 60_000 });

/** Keys as unkind as they may be: what stands in an id may look like a part of it. */
const KEYS = ['a', 'b:0:retraction', 'c~1:2-3:4'] as const;

/** Events in some disorder, on two shards, in batches of any size; firings, restarts and races anywhere. */
const histories = fc
  .array(
    fc.record({
      shard: fc.integer({ min: 0, max: 1 }),
      fires: fc.integer({ min: 0, max: 3 }).map((dice) => dice > 0),
      restart: fc.boolean(),
      races: fc.integer({ min: 0, max: 3 }).map((dice) => dice === 0),
      events: fc.array(
        fc.record({
          ahead: fc.integer({ min: 0, max: 25 }),
          back: fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 20, max: 150 })),
          key: fc.constantFrom(...KEYS),
        }),
        { minLength: 1, maxLength: 6 },
      ),
    }),
    { minLength: 8, maxLength: 20 },
  )
  .map((batches) => {
    let clock = -100;
    let id = 0;
    return batches.map(
      ({ events, ...batch }): Batch => ({
        ...batch,
        events: events.map(({ ahead, back, key }) => {
          clock += ahead;
          return { id: id++, at: clock - back, key };
        }),
      }),
    );
  });

function isWithin({ shard, sequenceNumber }: Placed, commit: Pick<CommitShare, 'shard' | 'first' | 'last'>): boolean {
  return (
    shard === commit.shard &&
    compareSequenceNumbers(commit.first, sequenceNumber) <= 0 &&
    compareSequenceNumbers(sequenceNumber, commit.last) <= 0
  );
}

/** What a person would do with the answer: read the records in the ranges, and keep what is of the key, in the window and not on the side stream. */
function byHand(run: TracedRun, { commits }: Explanation, { key, start, end }: Pane, lastMoment: number): number[] {
  return run.placed
    .filter((event) => commits.some((commit) => isWithin(event, commit)))
    .filter((event) => event.key === key && event.at >= start && event.at <= lastMoment && event.at < end)
    .filter(({ id }) => !run.refusedByIngest.has(id))
    .filter(
      (event) =>
        !run.refusedByFire.some(
          (refusal) =>
            refusal.key === key &&
            isWithin(event, { ...refusal, first: refusal.firstSequenceNumber, last: refusal.lastSequenceNumber }) &&
            event.at >= refusal.start &&
            event.at < refusal.end,
        ),
    )
    .map(({ id }) => id)
    .sort((a, b) => a - b);
}

/** What the panes of many runs were, so that a test can say that it saw what it is about. */
interface Seen {
  panes: number;
  late: number;
  severalShards: number;
  refusedByFire: number;
}

interface Expected {
  /** Whether the bounds of a window say which events of its key are in it. */
  readonly isWindowed?: boolean;
  readonly sessionGapMs?: number;
  /** Takes over halfway. */
  readonly successor?: Pipeline<Happening>;
}

async function expectExplained(shape: Shape, { isWindowed = true, sessionGapMs = 0, successor }: Expected = {}): Promise<Seen> {
  const former = tracedPipeline(shape);
  const definition = successor ?? former;
  const seen: Seen = { panes: 0, late: 0, severalShards: 0, refusedByFire: 0 };
  await fc.assert(
    fc.asyncProperty(histories, async (batches) => {
      const run = await runTraced(former, batches, { successor: definition });
      seen.refusedByFire += run.refusedByFire.length;
      for (const pane of run.panes) {
        const explanation = await explain(definition, run.store, pane.id);
        const { commits, accounts, unknown } = explanation;
        expect({ ...explanation, accounts, unknown }).toMatchObject({ pane, events: pane.count, accounts: 'balanced', unknown: [] });
        const ids = new Set(idsIn(pane));
        for (const commit of commits) {
          const brought = run.placed.filter((event) => ids.has(event.id) && isWithin(event, commit));
          expect({ ...commit, events: brought.length }).toEqual(commit);
        }
        if (isWindowed) expect(byHand(run, explanation, pane, pane.end - sessionGapMs)).toEqual(idsIn(pane));
        seen.panes++;
        if (pane.pane.timing === 'LATE') seen.late++;
        if (new Set(commits.map(({ shard }) => shard)).size > 1) seen.severalShards++;
      }
    }),
    { numRuns: RUNS, seed: SEED },
  );
  expect(seen.panes).toBeGreaterThan(RUNS);
  expect(seen.severalShards).toBeGreaterThan(RUNS / 2);
  return seen;
}

describe('the events in the ranges that are named, of the key and in the window, are exactly those in the pane', () => {
  const early = { early: afterCount(2), late: every('3s') };

  test.for<[string, Shape]>([
    ['tumbling', { window: tumbling(40) }],
    ['tumbling, late', { window: tumbling(40), allowedLateness: 60 }],
    ['tumbling, early and late, retracting', { window: tumbling(40), allowedLateness: 60, trigger: early, accumulation: 'retracting' }],
    ['sliding', { window: sliding(60, 20) }],
    ['sliding by what does not divide it, late', { window: sliding(50, 20, { offset: 3 }), allowedLateness: 60 }],
    ['sliding, early and late', { window: sliding(60, 20), allowedLateness: 60, trigger: early }],
    ['tumbling, early, discarding', { window: tumbling(40), allowedLateness: 60, trigger: early, accumulation: 'discarding' }],
    ['sliding, early, discarding', { window: sliding(60, 20), allowedLateness: 60, trigger: early, accumulation: 'discarding' }],
  ])('%s', async ([, shape]) => {
    const seen = await expectExplained(shape);
    if (shape.allowedLateness !== undefined) expect(seen.late).toBeGreaterThan(RUNS / 10);
    else expect(seen.refusedByFire).toBeGreaterThan(0);
  });

  test.for<[string, Shape]>([
    ['sessions', { window: session(GAP_MS) }],
    ['sessions, late', { window: session(GAP_MS), allowedLateness: 60 }],
    ['sessions, early and late, retracting', { window: session(GAP_MS), allowedLateness: 60, trigger: early, accumulation: 'retracting' }],
  ])('%s', async ([, shape]) => {
    await expectExplained(shape, { sessionGapMs: GAP_MS });
  });
});

describe('the commits that are named brought exactly the events in the pane, where a window does not say which they are', () => {
  // A session that is cut ends elsewhere than a gap behind its last event.
  test('sessions with a longest duration', async () => {
    await expectExplained({ window: session(GAP_MS, { maxDuration: 50 }), allowedLateness: 30 }, { isWindowed: false });
  });

  // A commit may have brought events of a session that was joined, and those have been said.
  test('sessions, discarding', async () => {
    await expectExplained(
      { window: session(GAP_MS), allowedLateness: 60, trigger: { early: afterCount(2) }, accumulation: 'discarding' },
      { isWindowed: false },
    );
  });
});

describe('panes of before and after a change of the definition are explained by the present one', () => {
  const shape = { window: tumbling(40), allowedLateness: 20, trigger: { early: afterCount(2) } } as const;
  const raised = { ...shape, allowedLateness: 90 };

  test('which allows more lateness, and has a window more', async () => {
    const successor = tracedPipeline(raised, undefined, { longer: { window: sliding(120, 40) } });
    const seen = await expectExplained(shape, { successor });
    expect(seen.late).toBeGreaterThan(RUNS / 10);
  });

  test('of sessions that stay open longer', async () => {
    const sessions: Shape = { window: session(GAP_MS), allowedLateness: 20 };
    await expectExplained(sessions, { sessionGapMs: GAP_MS, successor: tracedPipeline({ ...sessions, allowedLateness: 90 }) });
  });

  test('and by a former one it is told what has changed', async () => {
    const batch: Batch = { shard: 0, events: [{ id: 0, at: 0, key: 'a' }], fires: true, restart: false, races: false };
    const { store, panes } = await runTraced(tracedPipeline(raised), [batch]);
    await expect(explain(tracedPipeline(shape), store, panes[0]?.id ?? '')).rejects.toThrow(
      /another definition is at work.*\n {2}windows\.w\.allowedLateness: was 20 ms, is 90 ms\nGive the definition as it is deployed/,
    );
  });
});
