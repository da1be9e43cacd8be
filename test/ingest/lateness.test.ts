import { describe, expect, test } from 'vitest';
import { epochLog, type LogName } from '../../shared/log/keys.ts';
import { deliveries, measured, OTHER_SHARD, sequenceNumber, SHARD } from '../fixtures/delivered-record.ts';
import { InterruptedStore } from '../fixtures/interrupted-store.ts';
import { MemoryDeployment } from '../fixtures/memory-deployment.ts';
import { type Measurement, temperatures } from '../fixtures/temperature-pipeline.ts';

const EPOCH_LOG = epochLog(temperatures.name);

/** A deployment that has fired up to the watermark that the first measurements, the last of them the newest, give. */
async function firedAfter(...measurements: readonly Measurement[]) {
  const deployment = new MemoryDeployment();
  const ingest = deployment.ingest();
  await ingest.ingest(SHARD, deliveries(measurements));
  await deployment.fire().fire();
  return { deployment, ingest, next: measurements.length + 1 };
}

describe('an event behind the watermark', () => {
  test('that is too late for all its windows goes to the side stream, raw, with the windows and the watermark', async () => {
    const { deployment, ingest, next } = await firedAfter(measured(1_000), measured(100_000));
    const late = measured(2_000, 'a1', 7);
    const [record] = deliveries([late], next);
    // The watermark is 94,999.
    expect(await ingest.ingest(SHARD, deliveries([late], next))).toMatchObject({
      counts: { read: 1, folded: 0, late: 1, invalid: 0 },
      lateness: { minMs: 92_999, maxMs: 92_999 },
    });
    expect(deployment.refusals).toEqual([
      {
        kind: 'late',
        id: `${SHARD}:${sequenceNumber(next)}`,
        pipeline: 'temperatures',
        reason: { code: 'late', message: expect.stringContaining('the watermark had passed the end') },
        windows: ['sensors', 'buildings'],
        watermark: 94_999,
        partitionKey: record?.partitionKey,
        arrivedAtMs: record?.arrivedAtMs,
        data: record?.data,
      },
    ]);
    const commit = (await deployment.commits()).at(-1);
    expect(commit).toMatchObject({
      deltas: [],
      counts: { read: 1, late: 1 },
      lateByWindow: { sensors: 1, buildings: 1 },
      clocks: { '*': { time: 100_000 } },
    });
  });

  test('that is too late for one window is folded into the other, and counted for the first', async () => {
    const { deployment, ingest, next } = await firedAfter(measured(1_000), measured(100_000));
    // Its ten seconds have gone; its minute, which ended at 67,000, takes events up to 96,999.
    expect(await ingest.ingest(SHARD, deliveries([measured(62_000), measured(63_000)], next))).toMatchObject({
      counts: { read: 2, folded: 2, late: 0 },
    });
    expect(deployment.refusals).toEqual([]);
    const commit = (await deployment.commits()).at(-1);
    expect(commit?.deltas.map(({ window, start, table }) => [window, start, table.events.at(0)])).toEqual([['buildings', 7_000, 2]]);
    expect(commit?.lateByWindow).toEqual({ sensors: 2 });
  });

  test.each([
    // The minute [7,000, 67,000) takes events until the watermark is 66,999 + 30,000. The watermark is the clock less 5,001.
    { clock: 101_999, late: 0, folded: 1 },
    { clock: 102_000, late: 1, folded: 0 },
  ])('is too late from the millisecond on at which its window closes: clock $clock', async ({ clock, late, folded }) => {
    const { ingest, next } = await firedAfter(measured(1_000), measured(clock));
    expect(await ingest.ingest(SHARD, deliveries([measured(30_000)], next))).toMatchObject({ counts: { late, folded } });
  });

  test('is too late for a window that closed at this very millisecond, though for nothing before', async () => {
    // Ten seconds [0, 10,000) close at 9,999, which is what clock 15,000 gives; the minute from 7,000 on is open for long.
    const { deployment, ingest, next } = await firedAfter(measured(8_000), measured(15_000));
    await ingest.ingest(SHARD, deliveries([measured(9_000)], next));
    expect((await deployment.commits()).at(-1)).toMatchObject({ counts: { folded: 1, late: 0 }, lateByWindow: { sensors: 1 } });
  });

  test('is not late while nothing has fired, however far its shard has come', async () => {
    const deployment = new MemoryDeployment();
    const ingest = deployment.ingest();
    await ingest.ingest(SHARD, deliveries([measured(500_000)]));
    expect(await ingest.ingest(SHARD, deliveries([measured(1_000), measured(2_000)], 2))).toMatchObject({ counts: { folded: 2, late: 0 } });
  });

  test('is not late while another shard holds the watermark back', async () => {
    const deployment = new MemoryDeployment(SHARD, OTHER_SHARD);
    const ingest = deployment.ingest();
    await ingest.ingest(OTHER_SHARD, deliveries([measured(20_000)]));
    await ingest.ingest(SHARD, deliveries([measured(1_000), measured(500_000)]));
    await deployment.fire().fire();
    // The watermark is 14,999: the first ten seconds have fired, the next have not.
    expect(await ingest.ingest(SHARD, deliveries([measured(12_000)], 3))).toMatchObject({ counts: { folded: 1, late: 0 } });
    expect((await deployment.commits()).at(-1)?.lateByWindow).toEqual({});
  });

  test('keeps being refused when it is delivered again, and is counted once', async () => {
    const { deployment, ingest, next } = await firedAfter(measured(1_000), measured(100_000));
    const batch = deliveries([measured(2_000), measured(101_000)], next);
    await ingest.ingest(SHARD, batch.slice(0, 1));
    await ingest.ingest(SHARD, batch);
    await deployment.ingest().ingest(SHARD, batch);
    expect(deployment.refusals).toHaveLength(1);
    expect((await deployment.commits()).map(({ counts }) => counts.late)).toEqual([0, 1, 0]);
  });

  test('is called late by a writer that a newer epoch and a faster writer overtake, though it is in a pane: the counts have it once', async () => {
    const deployment = new MemoryDeployment(SHARD, OTHER_SHARD);
    const ingest = deployment.ingest();
    await ingest.ingest(SHARD, deliveries([measured(50_000)]));
    await ingest.ingest(OTHER_SHARD, deliveries([measured(2_000)]));
    const batch = deliveries([measured(1_000)], 2);
    const overtaken = Object.assign(new InterruptedStore(deployment.store), {
      last: async (log: LogName) => {
        if (log === EPOCH_LOG) {
          await ingest.ingest(SHARD, batch);
          await ingest.ingest(OTHER_SHARD, deliveries([measured(90_000)], 2));
          await deployment.fire().fire();
        }
        return deployment.store.last(log);
      },
    });
    expect(await deployment.ingest({ logStore: overtaken }).ingest(SHARD, batch)).toMatchObject({ alreadyCommitted: 1 });
    expect(deployment.refusals).toMatchObject([{ kind: 'late', id: `${SHARD}:${sequenceNumber(2)}` }]);
    expect(deployment.panes).toMatchObject([
      { window: 'buildings', start: -53_000, count: 2 },
      { window: 'sensors', start: 0, count: 2 },
    ]);
    expect((await deployment.fire().drain()).counts).toMatchObject({ read: 4, folded: 4, late: 0 });
  });

  test('costs a cold function one look at the epochs, and a warm one none that it does not need', async () => {
    const { deployment, next } = await firedAfter(measured(1_000), measured(100_000));
    const store = new InterruptedStore(deployment.store);
    const ingest = deployment.ingest({ logStore: store });
    const looks = () => store.calls.filter((call) => call === `last ${EPOCH_LOG}`).length;
    await ingest.ingest(SHARD, deliveries([measured(2_000)], next));
    expect(looks()).toBe(1);
    // What it knows already says that these are late.
    await ingest.ingest(SHARD, deliveries([measured(3_000), measured(4_000)], next + 1));
    await ingest.ingest(SHARD, deliveries([measured(99_000), measured(300_000)], next + 3));
    expect(looks()).toBe(1);
    // The watermark may have come on since.
    await ingest.ingest(SHARD, deliveries([measured(99_000)], next + 5));
    expect(looks()).toBe(2);
  });
});

describe('the clock of a shard', () => {
  test('is moved by events that the filter leaves out and by late ones, and never falls', async () => {
    const deployment = new MemoryDeployment();
    const ingest = deployment.ingest();
    const batches = [[measured(10_000)], [measured(50_000, 'spare')], [measured(20_000)], [measured(60_000), measured(55_000)]];
    let next = 1;
    for (const batch of batches) {
      await ingest.ingest(SHARD, deliveries(batch, next));
      next += batch.length;
    }
    expect((await deployment.commits()).map(({ clocks }) => clocks['*']?.time)).toEqual([10_000, 50_000, 50_000, 60_000]);
    expect((await deployment.commits()).map(({ counts }) => counts.filtered)).toEqual([0, 1, 0, 0]);
  });

  test('goes on from the log in a cold function', async () => {
    const deployment = new MemoryDeployment();
    await deployment.ingest().ingest(SHARD, deliveries([measured(50_000)]));
    await deployment.ingest().ingest(SHARD, deliveries([measured(20_000)], 2));
    expect((await deployment.commits()).map(({ clocks }) => clocks['*']?.time)).toEqual([50_000, 50_000]);
  });
});
