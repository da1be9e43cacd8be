import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { boundedOutOfOrderness, count, every, pipeline, tumbling } from 'mullion';
import { TestDriver } from 'mullion/testing';
import { describe, expect, test, vi } from 'vitest';
import { dropRepeats } from '../../shared/consumer/drop-repeats.ts';
import { NO_SNAPSHOTS } from '../../shared/firing/snapshot-policy.ts';
import { conservationDifference } from '../../shared/log/counts.ts';
import { epochLog, type LogName, shardLog, snapshotLog } from '../../shared/log/keys.ts';
import { ORIGIN } from '../../shared/log/position.ts';
import type { Pane } from '../../shared/pipeline/pane.ts';
import { deliveries, measured, OTHER_SHARD, SHARD } from '../fixtures/delivered-record.ts';
import { EVERY_SNAPSHOT } from '../fixtures/every-snapshot.ts';
import { MemoryDeployment } from '../fixtures/memory-deployment.ts';
import { temperatures } from '../fixtures/temperature-pipeline.ts';
import { committedValues, expectedValues, publishedValues } from '../fixtures/window-values.ts';
import { anyTroubles, events, type RunOptions, run, type Troubles, troublesInOrder } from './troubled-run.ts';

vi.setConfig({ testTimeout: 60_000 });

const RUNS = { numRuns: 100 };

/** A property of every run, whatever is repeated, cut off, started anew or done twice at a time. */
async function always(
  troubles: fc.Arbitrary<Troubles>,
  holds: (deployment: MemoryDeployment, troubles: Troubles) => Promise<void> | void,
  options?: RunOptions,
) {
  await fc.assert(
    fc.asyncProperty(troubles, async (each) => holds(await run(each, options), each)),
    RUNS,
  );
}

/** Panes without the number of their epoch: a snapshot needs one of its own to stand on. */
const inOrder = (panes: readonly Pane[]) => [...new Map(panes.map((pane) => [pane.id, { ...pane, epoch: undefined }])).values()];

async function commits(deployment: MemoryDeployment) {
  return [...(await deployment.commits(SHARD)), ...(await deployment.commits(OTHER_SHARD))];
}

test('exactly-once state: every record is folded in exactly once, whatever is retried, repeated, cut off or run twice at a time', async () => {
  await always(troublesInOrder, async (deployment, { sent }) => {
    const all = sent.flatMap(events);
    expect(committedValues(await commits(deployment))).toEqual(expectedValues(all));
    expect(publishedValues(deployment.panes)).toEqual(expectedValues(all));
  });
});

test('conservation: read is folded and filtered and late and invalid; the last two are on the side stream, raw, with reason and place', async () => {
  let late = 0;
  await always(anyTroubles, async (deployment, { sent }) => {
    const { counts } = await deployment.fire().fire();
    expect(conservationDifference(counts)).toBe(0);
    expect(counts.read).toBe(sent.flat().length);
    const refused = new Map(deployment.refusals.flatMap((refusal) => (refusal.kind === 'lateDelta' ? [] : [[refusal.id, refusal]])));
    const kinds = Map.groupBy(refused.values(), ({ kind }) => kind);
    expect(kinds.get('invalid') ?? []).toHaveLength(counts.invalid);
    // Of two writers of one record, one may call it late and lose the append to the other, who folded it.
    expect(kinds.get('late')?.length ?? 0).toBeGreaterThanOrEqual(counts.late);
    const raw = new Set(sent.flat().map((each) => (typeof each === 'string' ? each : JSON.stringify(each))));
    for (const { id, reason, data } of refused.values()) {
      expect(id).toMatch(/^shardId-\d{12}:\d{56}$/);
      expect(reason.message).not.toBe('');
      expect(raw).toContain(Buffer.from(data, 'base64').toString('utf8'));
    }
    late += counts.late;
  });
  expect(late).toBeGreaterThan(0);
});

test('effectively-once output: a pane is stored before it is published, comes again with the same id and bytes only, and once to who drops repeats', async () => {
  let repeats = 0;
  await always(anyTroubles, async (deployment) => {
    const stored = new Map((await deployment.epochs()).flatMap(({ panes }) => panes).map((pane) => [pane.id, JSON.stringify(pane)]));
    for (const { json } of deployment.output.records) expect(stored.get((JSON.parse(json) as Pane).id)).toBe(json);
    const turn = await dropRepeats().open('output', deployment.panes);
    expect(turn.fresh.map(({ id }) => id)).toEqual([...stored.keys()]);
    repeats += deployment.panes.length - stored.size;
  });
  expect(repeats).toBeGreaterThan(0);
});

describe('watermark safety', () => {
  test('it never moves back, and never passes an event that some shard has not delivered', async () => {
    await fc.assert(
      fc.asyncProperty(troublesInOrder, async (troubles) => {
        let before = Number.NEGATIVE_INFINITY;
        await run(troubles, {
          look: async (deployment, undelivered) => {
            const watermark = (await deployment.epochs()).at(-1)?.watermark ?? before;
            expect(watermark).toBeGreaterThanOrEqual(before);
            for (const { at } of events(undelivered)) expect(at).toBeGreaterThan(watermark);
            before = watermark;
          },
        });
      }),
      RUNS,
    );
  });

  test('unless that shard is proven idle', async () => {
    const driver = new TestDriver(temperatures, { shards: ['a', 'b'] });
    await driver.send([measured(0)], { shard: 'b' });
    await driver.send([measured(100_000)], { shard: 'a' });
    // Silent for an hour, and nobody has said that nothing is left on it.
    expect(await driver.advanceClock(3_600_000)).toEqual([]);
    expect(driver.watermark()).toBe(-5_001);
    await driver.idle('b');
    expect(driver.watermark()).toBe(94_999);
  });
});

test('determinism: without any snapshot or memory the same panes come out', async () => {
  await fc.assert(
    fc.asyncProperty(anyTroubles, async ({ sent, steps }) => {
      // One who fires: who of two is faster is not a matter of the logs.
      const calm = {
        sent,
        steps: steps.map(
          (step) => ({ ...step, cut: undefined, restarts: false, fires: step.fires === 'neither' ? step.fires : 'one' }) as const,
        ),
      };
      const remembering = await run(calm, { snapshots: EVERY_SNAPSHOT });
      const forgetful = await run(calm, { snapshots: NO_SNAPSHOTS, forgetful: true });
      expect(inOrder(forgetful.panes)).toEqual(inOrder(remembering.panes));
    }),
    RUNS,
  );
});

describe('one clock rule', () => {
  test('event time decides windows: clocks ten minutes apart change no pane', async () => {
    await always(
      troublesInOrder,
      (deployment, { sent }) => {
        expect(publishedValues(deployment.panes)).toEqual(expectedValues(sent.flatMap(events)));
      },
      { clocksMs: [-300_000, 300_000] },
    );
  });

  test('processing time decides when speculative panes are shown, and each such decision is in its epoch', async () => {
    const driver = new TestDriver(
      pipeline<{ at: number }>('speculative', {
        timestamp: ({ at }) => at,
        watermark: boundedOutOfOrderness(0),
        windows: { all: { keyBy: () => 'all', window: tumbling('1m'), aggregate: { n: count() }, trigger: { early: every('10s') } } },
      }),
      { now: 1_000_000 },
    );
    expect(await driver.send([{ at: 1 }])).toMatchObject([{ value: { n: 1 }, pane: { timing: 'EARLY' } }]);
    driver.restart();
    expect(await driver.send([{ at: 2 }])).toEqual([]);
    driver.restart();
    // That it was shown ten seconds ago is known from its epoch.
    expect(await driver.advanceClock(9_999)).toEqual([]);
    expect(await driver.advanceClock(1)).toMatchObject([{ value: { n: 2 }, pane: { timing: 'EARLY' } }]);
  });
});

describe('bounded cost', () => {
  const [BATCHES, KEYS] = [60, 400];
  const bytesOf = async ({ store }: MemoryDeployment, log: LogName) =>
    (await store.read(log, ORIGIN)).reduce((sum, { payload }) => sum + payload.length, 0);

  test('written state is at most twice the commits', async () => {
    const deployment = new MemoryDeployment();
    const [ingest, fire] = [deployment.ingest(), deployment.fire()];
    // A window that is open all the while, and ever new keys: the most state that so many commits can make.
    for (let batch = 0; batch < BATCHES; batch++) {
      const sensors = Array.from({ length: KEYS }, (_, key) =>
        measured(batch * 100, `sensor ${(batch * KEYS + key) % 9_973}`, Math.sin(batch * KEYS + key)),
      );
      await ingest.ingest(SHARD, deliveries(sensors, batch * KEYS + 1));
      await fire.fire();
    }
    const snapshots = await bytesOf(deployment, snapshotLog(temperatures.name));
    expect(snapshots).toBeGreaterThan(0);
    expect(snapshots).toBeLessThanOrEqual(2 * (await bytesOf(deployment, shardLog(temperatures.name, SHARD))));
  });

  test('an idle pipeline writes nothing', async () => {
    const deployment = new MemoryDeployment();
    const fire = deployment.fire();
    await deployment.ingest().ingest(SHARD, deliveries([measured(0), measured(50_000)]));
    await fire.fire();
    const ends = async () =>
      Promise.all([epochLog(temperatures.name), snapshotLog(temperatures.name)].map((log) => deployment.store.last(log)));
    const before = await ends();
    const { length } = deployment.output.records;
    for (let tick = 0; tick < 100; tick++) {
      deployment.nowMs += 60_000;
      await fire.fire();
    }
    expect(await ends()).toEqual(before);
    expect(deployment.output.records).toHaveLength(length);
  });
});
