import { count, cube, type Pane, pipeline, boundedOutOfOrderness, session, tumbling } from 'mullion';
import { describe, expect, test } from 'vitest';
import { Fire } from '../../shared/firing/fire.ts';
import { Ingest } from '../../shared/ingest/ingest.ts';
import { epochLog, type LogName, shardLog } from '../../shared/log/keys.ts';
import { ORIGIN, type Position } from '../../shared/log/position.ts';
import { explain } from '../../shared/provenance/explain.ts';
import { deliveries, measured, OTHER_SHARD, SHARD } from '../fixtures/delivered-record.ts';
import { InterruptedStore } from '../fixtures/interrupted-store.ts';
import { MemoryDeployment } from '../fixtures/memory-deployment.ts';
import { changedTemperatures, temperatures } from '../fixtures/temperature-pipeline.ts';
import { type Happening, runTraced, tracedPipeline } from './traced-run.ts';

const SENSOR_PANE = 'temperatures:sensors:0-10000:a1:0';
const BUILDING_PANE = 'temperatures:buildings:7000-67000:a:0';

const explained = async (deployment: MemoryDeployment, paneId: string) => explain(temperatures, deployment.store, paneId);

/** Two shards, two commits each, and then a third that closes the minute. */
async function deployed(): Promise<MemoryDeployment> {
  const deployment = new MemoryDeployment(SHARD, OTHER_SHARD);
  const ingest = deployment.ingest();
  const fire = deployment.fire();
  await ingest.ingest(SHARD, deliveries([measured(1_000), measured(2_000), measured(8_000)], 1));
  await ingest.ingest(OTHER_SHARD, deliveries([measured(9_000), measured(30_000)], 1));
  await fire.fire();
  await ingest.ingest(SHARD, deliveries([measured(3_000), measured(40_000)], 4));
  await fire.fire();
  await ingest.ingest(OTHER_SHARD, deliveries([measured(90_000)], 3));
  await ingest.ingest(SHARD, deliveries([measured(80_000)], 6));
  await fire.fire();
  return deployment;
}

describe('an explanation tells', () => {
  test('the commits with their ranges, and the epoch with what held its watermark back', async () => {
    const deployment = await deployed();
    const explanation = await explained(deployment, SENSOR_PANE);
    expect(explanation).toMatchObject({
      pane: deployment.panes.find(({ id }) => id === SENSOR_PANE),
      reason: 'end',
      epoch: { watermark: 24_999, heldBackBy: { shard: OTHER_SHARD, source: '*', clock: 30_000 }, leftOut: [] },
      commits: [
        { shard: SHARD, position: 1, events: 3 },
        { shard: SHARD, position: 2, events: 1 },
        { shard: OTHER_SHARD, position: 1, events: 1 },
      ],
      events: 5,
      accounts: 'balanced',
      refused: [],
    });
    const [first, second] = await deployment.commits();
    expect(explanation.commits[1]).toMatchObject({ first: second?.first, last: second?.last, arrivedFromMs: first?.arrivedToMs });
  });

  test('a pane of any group by its own key', async () => {
    const sales = pipeline<{ at: number; region: string; product: string }>('sales', {
      timestamp: ({ at }) => at,
      watermark: boundedOutOfOrderness(0),
      windows: { w: { groupBy: cube(['region', 'product']), window: tumbling(10), aggregate: { n: count() } } },
    });
    const deployment = new MemoryDeployment();
    const events = ['EU', 'EU', 'US'].map((region, at) => ({ at, region, product: 'a=b' }));
    const ingest = new Ingest(sales, deployment.ports);
    await ingest.ingest(SHARD, deliveries(events as never[]));
    await new Fire(sales, deployment.ports).drain();
    for (const [key, n] of Object.entries({ '*': 3, 'region=EU': 2, 'region=EU&product=a%3Db': 2, 'product=a%3Db': 3 })) {
      expect(await explain(sales as never, deployment.store, `sales:w:0-10:${key}:0`)).toMatchObject({
        reason: 'drain',
        commits: [{ position: 1, events: n }],
        accounts: 'balanced',
      });
    }
  });

  test('events that came too late for the window, as not included', async () => {
    const definition = tracedPipeline({ window: tumbling(10) });
    const happening = (id: number, at: number): Happening => ({ id, at, key: 'k' });
    const batch = { shard: 0, fires: true, restart: false, races: false };
    const run = await runTraced(definition, [
      { ...batch, events: [happening(0, 5)], fires: false },
      // On its way while the epoch that closes its window is.
      { ...batch, events: [happening(1, 60)], fires: false },
      { ...batch, events: [happening(2, 6)], races: true },
    ]);
    expect(run.refusedByFire).toHaveLength(1);
    const explanation = await explain(definition, run.store, 'traced:w:0-10:k:0');
    expect(explanation).toMatchObject({ events: 1, accounts: 'balanced', refused: run.refusedByFire });
  });

  test('a shard that was left out, and why', async () => {
    const deployment = new MemoryDeployment(SHARD, OTHER_SHARD);
    const arrivedAtMs = 100_000;
    deployment.nowMs = arrivedAtMs;
    const [record, last] = deliveries([measured(1_000), measured(90_000)]).map((each) => ({ ...each, arrivedAtMs }));
    await deployment.ingest().ingest(OTHER_SHARD, [record as never]);
    deployment.nowMs += 60_000;
    await deployment.ingest().ingest(SHARD, [last as never]);
    const shardProbe = { probe: async () => ({ kind: 'empty' }) as const };
    await deployment.fire({ shardProbe }).fire();
    expect((await explained(deployment, SENSOR_PANE)).epoch).toMatchObject({
      watermark: 84_999,
      heldBackBy: { shard: SHARD, clock: 90_000 },
      leftOut: [{ shard: OTHER_SHARD, because: 'idle' }],
    });
  });
});

describe('when a part of the logs has expired', () => {
  test('it names what is left and what is missing', async () => {
    const deployment = await deployed();
    deployment.store.trim(shardLog('temperatures', SHARD), 1 as Position);
    expect(await explained(deployment, SENSOR_PANE)).toMatchObject({
      commits: [
        { shard: SHARD, position: 2, events: 1 },
        { shard: OTHER_SHARD, position: 1, events: 1 },
      ],
      events: 2,
      accounts: 'incomplete',
      unknown: [{ log: SHARD, from: 1, to: 1 }],
    });
  });

  test('what was not in the pane is not missed', async () => {
    const deployment = await deployed();
    const last = 'temperatures:sensors:80000-90000:a1:0';
    await deployment.fire().drain();
    deployment.store.trim(shardLog('temperatures', SHARD), 2 as Position);
    deployment.store.trim(shardLog('temperatures', OTHER_SHARD), 1 as Position);
    expect(await explained(deployment, last)).toMatchObject({ events: 1, accounts: 'balanced', unknown: [] });
  });

  test('epochs that are gone take with them up to where the logs had been read', async () => {
    const deployment = await deployed();
    const { epoch } = await explained(deployment, BUILDING_PANE);
    deployment.store.trim(epochLog('temperatures'), (epoch.position - 1) as Position);
    expect(await explained(deployment, BUILDING_PANE)).toMatchObject({
      pane: { id: BUILDING_PANE },
      commits: [],
      accounts: 'incomplete',
      unknown: [{ log: 'epochs', to: epoch.position - 1 }],
    });
  });

  test('it tells nothing of a discarding pane, for what the pane before held is not known for sure', async () => {
    const definition = tracedPipeline({ window: tumbling(50), allowedLateness: 500, accumulation: 'discarding' });
    const batch = { shard: 0, fires: true, restart: false, races: false };
    const run = await runTraced(definition, [
      { ...batch, events: [{ id: 0, at: 5, key: 'k' }] },
      { ...batch, events: [{ id: 1, at: 90, key: 'k' }] },
      { ...batch, events: [{ id: 2, at: 6, key: 'k' }] },
    ]);
    expect(await explain(definition as never, run.store, 'traced:w:0-50:k:1')).toMatchObject({
      commits: [{ position: 3, events: 1 }],
      accounts: 'balanced',
    });
    run.store.trim('traced#shard#shardId-000000000000' as LogName, 1 as Position);
    expect(await explain(definition as never, run.store, 'traced:w:0-50:k:1')).toMatchObject({ commits: [], accounts: 'incomplete' });
  });

  test('a pane that is gone with its epoch is said to be gone', async () => {
    const deployment = await deployed();
    await deployment.fire().drain();
    const { position } = (await explained(deployment, SENSOR_PANE)).epoch;
    deployment.store.trim(epochLog('temperatures'), position);
    await expect(explained(deployment, SENSOR_PANE)).rejects.toThrow(
      `${SENSOR_PANE} is in no epoch that is still there; if it was fired, then in one of those up to ${position}, which have expired`,
    );
  });
});

test('logs that say something else than the pane are told of loudly', async () => {
  const deployment = await deployed();
  const { store } = deployment;
  // A commit that was never appended stands in the place of one.
  const other = new MemoryDeployment(SHARD, OTHER_SHARD);
  await other.ingest().ingest(SHARD, deliveries([measured(1_000)], 1));
  const forged = Object.assign(new InterruptedStore(store), {
    read: (log: LogName, after: Position) =>
      log === shardLog('temperatures', SHARD) && after === ORIGIN ? other.store.read(log, after) : store.read(log, after),
  });
  expect(await explain(temperatures, forged, SENSOR_PANE)).toMatchObject({ events: 3, accounts: 'different', unknown: [] });
});

describe('a pane that there is not gets a sentence with what is known', () => {
  test.for<[paneId: string, message: string]>([
    ['whatever', "'whatever' is not the id of a pane; needed: pipeline:window:start-end:key:index, as in the pane's id, in quotes"],
    [
      'flights:sensors:0-10000:a1:0',
      "this pane is of the pipeline 'flights'; the definition given is that of 'temperatures': give the module that defines 'flights'",
    ],
    ['temperatures:rooms:0-10000:a1:0', "the pipeline 'temperatures' has no window 'rooms'; it has sensors, buildings"],
    [
      'temperatures:sensors:1-10001:a1:0',
      "'sensors' has no window from 1970-01-01T00:00:00.001Z to 1970-01-01T00:00:10.001Z; the one that holds that start is 0-10000, " +
        '1970-01-01T00:00:00.000Z to 1970-01-01T00:00:10.000Z',
    ],
    ['temperatures:sensors:99999999999999999999-1:a1:0', 'no window starts at 100000000000000000000: that is no moment'],
    [
      'temperatures:sensors:80000-90000:a1:0',
      'temperatures:sensors:80000-90000:a1:0 has not been fired: its window is still open; the watermark is 1970-01-01T00:01:14.999Z and has ' +
        'to reach 1970-01-01T00:01:29.999Z',
    ],
    [
      'temperatures:sensors:0-10000:a1:1',
      'temperatures:sensors:0-10000:a1:1 has not been fired: the nearest pane of this key is temperatures:sensors:0-10000:a1:0, in epoch 1',
    ],
    [
      'temperatures:sensors:0-10000:a2:0',
      "temperatures:sensors:0-10000:a2:0 has not been fired: its window has, for other keys (1); nothing of the key 'a2' was in it",
    ],
    [
      'temperatures:sensors:10000-20000:a1:0',
      'temperatures:sensors:10000-20000:a1:0 has not been fired: the watermark has passed its window, and nothing was in it',
    ],
  ])('%s', async ([paneId, message]) => {
    await expect(explained(await deployed(), paneId)).rejects.toMatchObject({ name: 'NoSuchPaneError', message });
  });

  test('before anything was fired', async () => {
    await expect(explained(new MemoryDeployment(), SENSOR_PANE)).rejects.toThrow(
      `${SENSOR_PANE} has not been fired: the epoch log of 'temperatures' is empty, so nothing has been fired yet`,
    );
  });

  test('of a session, the one that overlaps', async () => {
    const definition = tracedPipeline({ window: session(10) });
    const batch = { shard: 0, fires: true, restart: false, races: false };
    const run = await runTraced(definition, [{ ...batch, events: [{ id: 0, at: 5, key: 'k' }] }]);
    expect(run.panes.map(({ id }: Pane) => id)).toEqual(['traced:w:5-15:k:0']);
    await expect(explain(definition as never, run.store, 'traced:w:8-15:k:0')).rejects.toThrow(
      'the nearest pane of this key is traced:w:5-15:k:0',
    );
    await expect(explain(definition as never, run.store, 'traced:w:8-5:k:0')).rejects.toThrow('no session ends before it starts');
  });

  test('and logs of another definition are not read as this one', async () => {
    await expect(explain(changedTemperatures as never, (await deployed()).store, 'temperatures:sensors:0-20000:a1:0')).rejects.toThrow(
      'another definition is at work',
    );
  });
});
