import { boundedOutOfOrderness, count, type Pane, pipeline, tumbling } from 'mullion';
import { describe, expect, test } from 'vitest';
import { fixedShards } from '../../shared/adapters/memory/fixed-shards.ts';
import { Fire } from '../../shared/firing/fire.ts';
import { Ingest } from '../../shared/ingest/ingest.ts';
import { epochLog } from '../../shared/log/keys.ts';
import type { LateRefusal } from '../../shared/log/refusal.ts';
import type { LogStore } from '../../shared/ports/log-store.ts';
import { BEGINNING_OF_TIME, END_OF_TIME } from '../../shared/time/event-time.ts';
import { deliveries, measured, OTHER_SHARD, sequenceNumber, SHARD } from '../fixtures/delivered-record.ts';
import { InterruptedStore } from '../fixtures/interrupted-store.ts';
import { MemoryDeployment } from '../fixtures/memory-deployment.ts';
import { type Measurement, temperatures } from '../fixtures/temperature-pipeline.ts';
import { expectedValues, publishedValues } from '../fixtures/window-values.ts';

/** A deployment whose shards are fed by hand. */
function deploy(...shards: (typeof SHARD)[]) {
  const deployment = new MemoryDeployment(...shards);
  const ingest = deployment.ingest();
  const fire = deployment.fire();
  const next = new Map<string, number>();
  const send = async (measurements: readonly Measurement[], shard = SHARD) => {
    const from = next.get(shard) ?? 1;
    next.set(shard, from + measurements.length);
    await ingest.ingest(shard, deliveries(measurements, from));
  };
  /** Fires, and gives what came out since the last time. */
  let seen = 0;
  const fired = async () => {
    await fire.fire();
    const panes = deployment.panes.slice(seen);
    seen += panes.length;
    return panes;
  };
  return { deployment, ingest, fire, send, fired };
}

const place = ({ window, key, start, pane }: Pane) => `${window} ${key} ${start} ${pane.timing} ${pane.index}`;

describe('a window', () => {
  test('fires when the watermark has passed its last millisecond, not before', async () => {
    const { send, fired } = deploy();
    // The watermark is the clock less 5,001; the window [0, 10,000) is complete at 9,999.
    await send([measured(8_000, 'a1', 20), measured(14_999)]);
    expect(await fired()).toEqual([]);
    await send([measured(15_000)]);
    expect(await fired()).toEqual([
      {
        id: 'temperatures:sensors:0-10000:a1:0',
        pipeline: 'temperatures',
        window: 'sensors',
        key: 'a1',
        start: 0,
        end: 10_000,
        pane: { timing: 'ON_TIME', index: 0, isFirst: true, isLast: true },
        watermark: 9_999,
        count: 1,
        value: { measurements: 1, mean: 20, coldest: 20 },
        epoch: { position: 1, index: 0 },
      },
    ]);
  });

  test('says with each pane which epoch it left with, and as the how many-th', async () => {
    const { deployment, send, fired } = deploy();
    await send([measured(1_000, 'a1'), measured(2_000, 'b1'), measured(20_000)]);
    await fired();
    await send([measured(60_000, 'b1')]);
    await fired();
    const epochs = await deployment.epochs();
    expect(epochs.map(({ panes }) => panes.length)).toEqual([4, 1]);
    expect(epochs.flatMap(({ panes }, epoch) => panes.map((_pane, index) => ({ position: epoch + 1, index })))).toEqual(
      deployment.panes.map(({ epoch }) => epoch),
    );
  });

  test('takes events up to its end, whenever they come', async () => {
    const { send, fired } = deploy();
    await send([measured(9_999, 'a1', 1), measured(0, 'a1', 2), measured(-1, 'a1', 4), measured(10_000, 'a1', 8)]);
    await send([measured(5_000, 'a1', 16), measured(15_000)]);
    const sensors = (await fired()).filter(({ window }) => window === 'sensors');
    expect(sensors.map(({ start, count: events, value }) => [start, events, value.mean])).toEqual([
      [-10_000, 1, 4],
      [0, 3, 19 / 3],
    ]);
  });

  test('fires one pane a key, by end of window, then by definition, then by key', async () => {
    const { send, fired } = deploy();
    const keys = ['b1', 'a2', 'a10', 'B', 'ä', 'a1'];
    await send(keys.flatMap((key) => [measured(1_000, key), measured(65_000, key)]));
    await send([measured(200_000)]);
    const panes = await fired();
    expect(panes.map(place)).toEqual([
      // Ends at 7,000, then at 10,000, then both 67,000 and 70,000.
      ...['B', 'a', 'b', 'ä'].map((key) => `buildings ${key} -53000 ON_TIME 0`),
      ...['B', 'a1', 'a10', 'a2', 'b1', 'ä'].map((key) => `sensors ${key} 0 ON_TIME 0`),
      ...['B', 'a', 'b', 'ä'].map((key) => `buildings ${key} 7000 ON_TIME 0`),
      ...['B', 'a1', 'a10', 'a2', 'b1', 'ä'].map((key) => `sensors ${key} 60000 ON_TIME 0`),
    ]);
  });

  test('of windows that end together fires in the order of the definition', async () => {
    const both = pipeline<Measurement>('both', {
      timestamp: ({ at }) => at,
      watermark: boundedOutOfOrderness(0),
      windows: {
        zebra: { keyBy: () => 'k', window: tumbling('10s'), aggregate: { n: count() } },
        ant: { keyBy: () => 'k', window: tumbling('5s'), aggregate: { n: count() } },
      },
    });
    const { deployment } = deploy();
    await new Ingest(both, deployment.ports).ingest(SHARD, deliveries([measured(7_000), measured(20_000)]));
    await new Fire(both, deployment.ports).fire();
    expect(deployment.panes.map(({ window, start }) => [window, start])).toEqual([
      ['zebra', 0],
      ['ant', 5_000],
    ]);
  });

  test('may be called after a method of objects', async () => {
    const odd = pipeline<Measurement>('odd', {
      timestamp: ({ at }) => at,
      watermark: boundedOutOfOrderness(0),
      windows: {
        constructor: {
          keyBy: ({ sensor }: Measurement) => sensor,
          window: tumbling('10s'),
          aggregate: { toString: count(), valueOf: count() },
        },
      },
    });
    const { deployment } = deploy();
    const ingest = new Ingest(odd, deployment.ports);
    const fire = new Fire(odd, deployment.ports);
    await ingest.ingest(SHARD, deliveries([measured(1_000, '__proto__'), measured(20_000, 'toString')]));
    await fire.fire();
    await ingest.ingest(SHARD, deliveries([measured(2_000), measured(3_000)], 3));
    expect(deployment.panes).toMatchObject([{ window: 'constructor', key: '__proto__', value: { toString: 1, valueOf: 1 } }]);
    expect((await fire.drain()).lateByWindow).toEqual({ constructor: 2 });
  });
});

describe('a late event', () => {
  test('within the allowed lateness updates its window: a LATE pane with the next index follows, for its key alone', async () => {
    const { send, fired } = deploy();
    // The minute [7,000, 67,000) is complete at 66,999 and closes at 96,999.
    await send([measured(10_000, 'a1', 1), measured(10_000, 'b1', 1), measured(72_000)]);
    expect((await fired()).filter(({ window }) => window === 'buildings')).toMatchObject([
      { key: 'a', count: 1, pane: { timing: 'ON_TIME', index: 0, isFirst: true, isLast: false }, watermark: 66_999 },
      { key: 'b', count: 1, pane: { timing: 'ON_TIME', index: 0, isFirst: true, isLast: false } },
    ]);
    await send([measured(11_000, 'a2', 2)]);
    expect(await fired()).toMatchObject([
      {
        id: 'temperatures:buildings:7000-67000:a:1',
        count: 2,
        value: { total: 3, hottest: 2 },
        pane: { timing: 'LATE', index: 1, isFirst: false, isLast: false },
        watermark: 66_999,
      },
    ]);
    await send([measured(12_000, 'a1', 4), measured(12_500, 'a1', 8), measured(13_000, 'b2', 16)]);
    expect((await fired()).map((pane) => [place(pane), pane.count, pane.value.total])).toEqual([
      ['buildings a 7000 LATE 2', 4, 15],
      ['buildings b 7000 LATE 1', 2, 17],
    ]);
  });

  test('among many keys gives one pane more, and the others none', async () => {
    const { send, fired } = deploy();
    const letters = Array.from({ length: 100 }, (_, index) => String.fromCharCode(0x4e00 + index));
    await send([...letters.map((letter) => measured(10_000, letter)), measured(72_000)]);
    expect((await fired()).filter(({ window }) => window === 'buildings')).toHaveLength(letters.length);
    await send([measured(11_000, letters[77])]);
    expect(await fired()).toMatchObject([{ key: letters[77], count: 2, pane: { timing: 'LATE', index: 1 } }]);
    expect(await fired()).toEqual([]);
  });

  test('for a key that had no pane yet gives the first one, LATE', async () => {
    const { send, fired } = deploy();
    await send([measured(10_000), measured(72_000)]);
    await fired();
    await send([measured(11_000, 'c1')]);
    expect(await fired()).toMatchObject([{ key: 'c', pane: { timing: 'LATE', index: 0, isFirst: true, isLast: false } }]);
  });

  test('that comes together with the watermark that closes its window is in the last pane', async () => {
    const { send, fired } = deploy();
    await send([measured(10_000), measured(72_000)]);
    await fired();
    await send([measured(11_000), measured(102_000)]);
    expect((await fired()).filter(({ window }) => window === 'buildings')).toMatchObject([
      {
        id: 'temperatures:buildings:7000-67000:a:1',
        count: 2,
        pane: { timing: 'LATE', index: 1, isFirst: false, isLast: true },
        watermark: 96_999,
      },
    ]);
  });

  test('that is in time for a window passed in one step is on time, and that pane the last', async () => {
    const { send, fired } = deploy();
    await send([measured(10_000), measured(500_000)]);
    expect((await fired()).filter(({ window }) => window === 'buildings')).toMatchObject([
      { pane: { timing: 'ON_TIME', index: 0, isFirst: true, isLast: true } },
    ]);
  });

  test('that was folded while firing closed its window is refused by the epoch: window, key, values, and where its records are', async () => {
    const { deployment, ingest, fire, send } = deploy(SHARD, OTHER_SHARD);
    await send([measured(1_000), measured(200_000)]);
    await send([measured(1_000), measured(200_000)], OTHER_SHARD);
    const { store } = deployment;
    const slow = deployment.ingest({
      logStore: {
        last: async (log) => store.last(log),
        read: async (log, after) => store.read(log, after),
        append: async (log, position, entry) => {
          // Folded before there was an epoch to be seen, appended after it.
          await fire.fire();
          return store.append(log, position, entry);
        },
      },
    });
    await slow.ingest(
      SHARD,
      deliveries([measured(2_000, 'a1', 5), measured(3_000, 'a1', 6), measured(2_000, 'b1', 7), measured(201_000)], 3),
    );
    expect(deployment.refusals).toEqual([]);
    const before = deployment.panes.length;
    const report = await fire.fire();

    expect(deployment.panes).toHaveLength(before);
    const refusals = deployment.refusals as LateRefusal[];
    expect(refusals).toHaveLength(4);
    expect(refusals[0]).toEqual({
      kind: 'lateDelta',
      id: `temperatures:sensors:0-10000:a1@${SHARD}:2`,
      pipeline: 'temperatures',
      reason: { code: 'late', message: expect.stringContaining('while these events were on their way') },
      window: 'sensors',
      key: 'a1',
      start: 0,
      end: 10_000,
      count: 2,
      value: { measurements: 2, mean: 5.5, coldest: 5 },
      watermark: 194_999,
      shard: SHARD,
      firstSequenceNumber: sequenceNumber(3),
      lastSequenceNumber: sequenceNumber(6),
    });
    expect(refusals.map(({ window, key, count: events }) => `${window} ${key} ${events}`)).toEqual([
      'sensors a1 2',
      'sensors b1 1',
      'buildings a 2',
      'buildings b 1',
    ]);
    // In the epoch first, and counted there.
    const epoch = (await deployment.epochs()).at(-1);
    expect(epoch?.refusals).toEqual(refusals);
    expect(epoch?.lateByWindow).toEqual({ sensors: 3, buildings: 3 });
    expect(report.lateByWindow).toEqual({ sensors: 3, buildings: 3 });
    await ingest.ingest(SHARD, deliveries([measured(202_000)], 7));
    expect((await fire.fire()).lateByWindow).toEqual({ sensors: 3, buildings: 3 });
    expect(deployment.refusals).toHaveLength(4);
  });
});

describe('an event that races the firing of its window', () => {
  test.each([
    // The minute [7,000, 67,000) closes at 96,999: one millisecond before, the event is in a late pane; from there on it is refused.
    { clock: 101_999, panes: ['buildings a 7000 LATE 1'], refused: [] },
    { clock: 102_000, panes: [], refused: ['buildings a'] },
  ])('is in a pane or refused, never both, to the millisecond: clock $clock', async ({ clock, panes, refused }) => {
    const { deployment, send, fired } = deploy();
    await send([measured(10_000), measured(72_000, 'spare')]);
    await fired();
    await send([measured(clock, 'spare')]);
    const { store } = deployment;
    const slow = deployment.ingest({
      logStore: {
        last: async (log) => store.last(log),
        read: async (log, after) => store.read(log, after),
        append: async (log, position, entry) => {
          // It has looked at the watermark, and folded; now the window fires, or not quite.
          expect(await fired()).toEqual([]);
          return store.append(log, position, entry);
        },
      },
    });
    await slow.ingest(SHARD, deliveries([measured(11_000)], 4));
    expect((await fired()).map(place)).toEqual(panes);
    const lateDeltas = (deployment.refusals as LateRefusal[]).filter(({ kind }) => kind === 'lateDelta');
    expect(lateDeltas.map(({ window, key }) => `${window} ${key}`)).toEqual(refused);
  });
});

describe('a window that closes without a pane', () => {
  test('is an epoch all the same: from there on its events are late, for every function that fires', async () => {
    const { deployment, ingest, fire, send, fired } = deploy();
    // Only the minute [7,000, 67,000) is ever open longer than its first firing; the spare sensor moves nothing but the clock.
    await send([measured(10_000), measured(72_000, 'spare')]);
    await fired();
    await send([measured(101_999, 'spare')]);
    await fired();
    expect(await deployment.epochs()).toHaveLength(1);
    await send([measured(102_000, 'spare')]);
    expect(await fired()).toEqual([]);
    expect((await deployment.epochs()).map(({ watermark, panes }) => [watermark, panes.length])).toEqual([
      [66_999, 2],
      [96_999, 0],
    ]);
    expect(await fire.fire()).toMatchObject({ epoch: 2, openWindows: 0 });
    expect(await ingest.ingest(SHARD, deliveries([measured(11_000)], 5))).toMatchObject({ counts: { late: 1 } });
  });
});

describe('several shards', () => {
  test('fire at the slowest one’s watermark', async () => {
    const { deployment, fire, send, fired } = deploy(SHARD, OTHER_SHARD);
    await send([measured(1_000, 'a1', 1), measured(500_000)]);
    await send([measured(2_000, 'a1', 2), measured(14_999)], OTHER_SHARD);
    // The other shard is at 9,998: the minute that ended at 7,000 is complete, the ten seconds to 10,000 are not.
    expect((await fired()).map(place)).toEqual(['buildings a -53000 ON_TIME 0']);
    expect(await fire.fire()).toMatchObject({ watermark: 9_998, heldBackBy: OTHER_SHARD });
    await send([measured(15_000)], OTHER_SHARD);
    expect(await fired()).toMatchObject([{ window: 'sensors', start: 0, count: 2, value: { mean: 1.5 }, watermark: 9_999 }]);
    expect(deployment.panes.every(({ watermark }) => watermark <= 9_999)).toBe(true);
  });

  test('hold everything back while one of them has committed nothing, or nothing with a time', async () => {
    const { deployment, ingest, fire, send } = deploy(SHARD, OTHER_SHARD);
    await send([measured(1_000), measured(500_000)]);
    expect(await fire.fire()).toMatchObject({ watermark: BEGINNING_OF_TIME, heldBackBy: OTHER_SHARD, epoch: 0 });
    await ingest.ingest(OTHER_SHARD, [{ ...deliveries([measured(1)])[0], data: '' } as never]);
    expect(await fire.fire()).toMatchObject({ watermark: BEGINNING_OF_TIME, heldBackBy: OTHER_SHARD, counts: { read: 3, invalid: 1 } });
    expect(deployment.panes).toEqual([]);
    await ingest.ingest(OTHER_SHARD, deliveries([measured(400_000)], 2));
    expect(await fire.fire()).toMatchObject({ watermark: 394_999, heldBackBy: OTHER_SHARD });
    expect(deployment.panes.length).toBeGreaterThan(0);
  });

  test('stay in the account when the stream does not list them any more', async () => {
    const { deployment, send, fired } = deploy(SHARD, OTHER_SHARD);
    await send([measured(1_000), measured(60_000)]);
    await send([measured(1_000), measured(20_000)], OTHER_SHARD);
    expect((await fired()).length).toBeGreaterThan(0);
    expect(await deployment.fire({ shards: fixedShards(SHARD) }).fire()).toMatchObject({ watermark: 14_999, heldBackBy: OTHER_SHARD });
  });
});

describe('when nothing leaves', () => {
  test('nothing is written, and nothing published, however often it fires', async () => {
    const { deployment, fire, send } = deploy();
    const store = new InterruptedStore(deployment.store);
    const cold = deployment.fire({ logStore: store });
    await cold.fire();
    await send([measured(10_000), measured(12_000)]);
    for (let time = 0; time < 3; time++) {
      await fire.fire();
      await cold.fire();
      await deployment.fire({ logStore: store }).fire();
    }
    // That is written once, before there is anything.
    const definition = 'append temperatures#definitions 1';
    expect(store.calls.filter((call) => call.startsWith('append'))).toEqual([definition]);
    expect(await deployment.epochs()).toEqual([]);
    expect(deployment.output.records).toEqual([]);
  });

  test('nothing is written after a firing either', async () => {
    const { deployment, fire, send } = deploy();
    await send([measured(1_000), measured(60_000)]);
    await fire.fire();
    const store = new InterruptedStore(deployment.store);
    await deployment.fire({ logStore: store }).fire();
    await fire.fire();
    expect(store.calls.filter((call) => call.startsWith('append'))).toEqual([]);
    expect(await deployment.epochs()).toHaveLength(1);
  });
});

describe('a drain', () => {
  test('fires everything that is open as last panes, and what comes after is late', async () => {
    const { deployment, fire, send } = deploy();
    const measurements = [measured(1_000, 'a1', 2), measured(30_000, 'b1', 3), measured(90_000, 'a1', 4)];
    await send(measurements);
    const report = await fire.drain();
    expect(publishedValues(deployment.panes)).toEqual(expectedValues(measurements));
    expect(deployment.panes.every(({ pane, watermark }) => pane.isLast && watermark === END_OF_TIME)).toBe(true);
    expect(report).toMatchObject({ openWindows: 0, watermark: END_OF_TIME, panesFired: 6, epoch: 1 });

    await send([measured(200_000)]);
    await fire.fire();
    await deployment.fire().drain();
    expect(deployment.panes).toHaveLength(6);
    expect(deployment.refusals).toHaveLength(2);
    expect((await deployment.fire().fire()).lateByWindow).toEqual({ sensors: 1, buildings: 1 });
    // The drain's watermark stays: nothing takes the promise back that no event follows.
    expect((await deployment.epochs()).map(({ watermark }) => watermark)).toEqual([END_OF_TIME, END_OF_TIME]);
  });

  test('fires what a shard without a commit holds back', async () => {
    const { deployment, fire, send } = deploy(SHARD, OTHER_SHARD);
    await send([measured(1_000)]);
    await fire.drain();
    expect(deployment.panes).toHaveLength(2);
  });

  test('twice fires once', async () => {
    const { deployment, fire, send } = deploy();
    await send([measured(1_000)]);
    await Promise.all([fire.drain(), deployment.fire().drain()]);
    await deployment.fire().drain();
    expect(new Set(deployment.panes.map(({ id }) => id)).size).toBe(2);
    expect(await deployment.epochs()).toHaveLength(1);
  });
});

describe('the report of a firing', () => {
  test('says where the pipeline stands', async () => {
    const { fire, send } = deploy();
    expect(await fire.fire()).toEqual({
      epoch: 0,
      watermark: BEGINNING_OF_TIME,
      heldBackBy: SHARD,
      leftOut: [],
      watermarkByShard: new Map(),
      openWindows: 0,
      counts: { read: 0, folded: 0, filtered: 0, late: 0, invalid: 0 },
      lateByWindow: {},
      panesFired: 0,
      published: 0,
      stateBytes: 0,
      snapshotAgeMs: 0,
      work: { commits: 0, epochs: 0, panes: 0, latePanes: 0, windowsCreated: 0, windowsCompleted: 0, tooLateEvents: 0 },
    });
    await send([measured(1_000), measured(2_000, 'spare'), measured(60_000)]);
    expect(await fire.fire()).toEqual({
      epoch: 1,
      watermark: 54_999,
      heldBackBy: SHARD,
      leftOut: [],
      watermarkByShard: new Map([[SHARD, 54_999]]),
      openWindows: 2,
      counts: { read: 3, folded: 2, filtered: 1, late: 0, invalid: 0 },
      lateByWindow: {},
      panesFired: 2,
      published: 2,
      stateBytes: 0,
      snapshotAgeMs: expect.any(Number),
      work: { commits: 1, epochs: 1, panes: 2, latePanes: 0, windowsCreated: 4, windowsCompleted: 2, tooLateEvents: 0 },
    });
  });

  test('says of late events how many panes they changed, and how many came too late for a window', async () => {
    const { deployment, fire, send } = deploy();
    await send([measured(8_000), measured(80_000)]);
    await fire.fire();
    await send([measured(20_000)]);
    expect((await fire.fire()).work).toMatchObject({ epochs: 1, panes: 1, latePanes: 1, tooLateEvents: 0 });
    // A writer that knows of no epoch yet folds what is too late, and only firing finds out.
    const unaware = {
      ...deployment.ports,
      logStore: Object.assign(new InterruptedStore(deployment.store), { last: lastButEpochs(deployment.store) }),
    };
    await new Ingest(temperatures, unaware).ingest(SHARD, deliveries([measured(21_000)], 4));
    expect((await fire.fire()).work).toMatchObject({ epochs: 1, latePanes: 1, tooLateEvents: 1 });
  });
});

function lastButEpochs(store: LogStore): LogStore['last'] {
  return async (log) => (log === epochLog(temperatures.name) ? undefined : store.last(log));
}
