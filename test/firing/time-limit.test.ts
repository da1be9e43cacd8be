import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Fire } from '../../shared/firing/fire.ts';
import type { FireReport } from '../../shared/firing/fire-report.ts';
import type { ShardId } from '../../shared/log/keys.ts';
import type { Pane } from '../../shared/pipeline/pane.ts';
import type { Publisher } from '../../shared/ports/publisher.ts';
import type { TimeLimit } from '../../shared/ports/time-limit.ts';
import { anyMeasurement, deliveries, measured, OTHER_SHARD, SHARD } from '../fixtures/delivered-record.ts';
import { Interrupted } from '../fixtures/interrupted-store.ts';
import { MemoryDeployment } from '../fixtures/memory-deployment.ts';
import type { Measurement } from '../fixtures/temperature-pipeline.ts';
import { expectedValues, publishedValues } from '../fixtures/window-values.ts';

const PORTION = 2;

/** Nine windows that are due, and one that is not. */
async function due(): Promise<{ deployment: MemoryDeployment; panes: () => Promise<string[]> }> {
  const deployment = new MemoryDeployment();
  const measurements = ['a1', 'a2', 'a3', 'b1', 'b2', 'c1'].map((sensor, index) => measured(1_000 + index, sensor));
  await deployment.ingest().ingest(SHARD, deliveries([...measurements, measured(50_000)]));
  return { deployment, panes: async () => (await deployment.epochs()).flatMap((epoch) => epoch.panes.map((pane) => JSON.stringify(pane))) };
}

/** A call whose time is over as soon as something has been published. */
function overOncePublished(output: Publisher): { limit: TimeLimit; outputStream: Publisher } {
  let spentShare = 0;
  return {
    limit: {
      get spentShare() {
        return spentShare;
      },
    },
    outputStream: {
      publish: async (records) => {
        await output.publish(records);
        spentShare = 0.99;
      },
    },
  };
}

describe('an epoch that takes longer to publish than a call may last', () => {
  test.each(['a warm function', 'a new function each time'])('goes out over several calls, each pane once, by %s', async (whose) => {
    const { deployment, panes } = await due();
    const reports: FireReport[] = [];
    let warm: Fire | undefined;
    for (let call = 0; call < 20; call++) {
      const { limit, outputStream } = overOncePublished(deployment.output);
      const fire = whose === 'a warm function' && warm !== undefined ? warm : deployment.fire({ outputStream }, { portion: PORTION });
      warm ??= fire;
      const report = await fire.fire(limit);
      reports.push(report);
      if (report.outOfTime !== 'publishing') break;
      // Others have come meanwhile; the epoch that is half out comes first.
      await deployment.ingest().ingest(SHARD, deliveries([measured(150_000 + call)], 10 + call));
      expect(report).toMatchObject({ outOfTime: 'publishing', published: PORTION, epoch: 1 });
      expect(await deployment.epochs()).toHaveLength(1);
      if (whose === 'a warm function') break;
    }
    const calls = reports.length;
    if (whose === 'a warm function') await warm?.fire();
    else expect(calls).toBeGreaterThan(3);
    expect(deployment.output.records.map(({ json }) => json)).toEqual(await panes());
  });

  test('is repeated by one portion at most when a call is cut off', async () => {
    for (let taken = 0; taken < 8; taken++) {
      const { deployment, panes } = await due();
      let left = taken;
      const outputStream: Publisher = {
        publish: async (records) => {
          await deployment.output.publish(records.slice(0, left));
          if (records.length > left) throw new Interrupted('while publishing');
          left -= records.length;
        },
      };
      await expect(deployment.fire({ outputStream }, { portion: PORTION }).fire()).rejects.toThrow(Interrupted);
      await deployment.fire({}, { portion: PORTION }).fire();
      const out = deployment.output.records.map(({ json }) => json);
      const all = await panes();
      expect(out).toEqual([...all.slice(0, taken), ...all.slice(taken - (taken % PORTION))]);
    }
  });
});

test('what there was no time to read is read by the next call, and nothing fires too early', async () => {
  const deployment = new MemoryDeployment(SHARD, OTHER_SHARD);
  const ingest = deployment.ingest();
  await ingest.ingest(SHARD, deliveries([measured(1_000), measured(200_000)]));
  await ingest.ingest(OTHER_SHARD, deliveries([measured(2_000), measured(200_000, 'a2')]));
  const fire = deployment.fire();
  // Over once the first shard has been read.
  let looks = 0;
  const limit: TimeLimit = {
    get spentShare() {
      return looks++ < 2 ? 0 : 0.6;
    },
  };
  expect(await fire.fire(limit)).toMatchObject({ outOfTime: 'reading', panesFired: 0, heldBackBy: OTHER_SHARD });
  expect(await fire.fire()).not.toHaveProperty('outOfTime');
  expect(deployment.panes.find(({ id }) => id === 'temperatures:sensors:0-10000:a1:0')).toMatchObject({ count: 2 });
});

const anyStep = fc.record({
  shard: fc.constantFrom(SHARD, OTHER_SHARD),
  batch: fc.array(anyMeasurement, { minLength: 1, maxLength: 6 }),
  // Time goes on from step to step, so that little is late and windows close all along.
  advanceMs: fc.integer({ min: 0, max: 100_000 }),
  /** How far each call gets before its time is over, in looks at the limit. */
  calls: fc.array(fc.nat(8), { maxLength: 3 }),
  isCold: fc.boolean(),
});

test('wherever calls run out of time, the same panes come out', { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { minLength: 1, maxLength: 15 }), async (steps) => {
      const deployment = new MemoryDeployment(SHARD, OTHER_SHARD);
      const ingest = deployment.ingest();
      const all: Measurement[] = [];
      let shiftMs = 0;
      const numbers = new Map<ShardId, number>();
      let fire = deployment.fire({}, { portion: PORTION });
      for (const { shard, batch, advanceMs, calls, isCold } of steps) {
        shiftMs += advanceMs;
        const measurements = batch.map(({ at, ...rest }) => ({ ...rest, at: Math.trunc(at / 20) + shiftMs }));
        all.push(...measurements);
        const from = numbers.get(shard) ?? 1;
        numbers.set(shard, from + batch.length);
        await ingest.ingest(shard, deliveries(measurements, from));
        if (isCold) fire = deployment.fire({}, { portion: PORTION });
        for (const looksLeft of calls) await fire.fire(limitAfter(looksLeft));
      }
      const { lateByWindow } = await fire.drain();
      if (Object.keys(lateByWindow).length === 0) expect(publishedValues(lastOf(deployment.panes))).toEqual(expectedValues(all));
      // Nothing crashed, so nothing was repeated.
      expect(deployment.output.records.map(({ json }) => json)).toEqual(
        (await deployment.epochs()).flatMap((epoch) => epoch.panes.map((pane) => JSON.stringify(pane))),
      );
    }),
  );
});

function limitAfter(looks: number): TimeLimit {
  let left = looks;
  return {
    get spentShare() {
      return left-- > 0 ? 0 : 1;
    },
  };
}

/** The last pane of every window and key. */
function lastOf(panes: readonly Pane[]): Pane[] {
  return [...new Map(panes.map((pane) => [`${pane.window} ${pane.key} ${pane.start}`, pane])).values()];
}
