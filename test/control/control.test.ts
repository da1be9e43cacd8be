import fc from 'fast-check';
import { boundedOutOfOrderness, count, type Pane, pipeline, tumbling } from 'mullion';
import { describe, expect, test } from 'vitest';
import { MemoryLogStore } from '../../shared/adapters/memory/memory-log-store.ts';
import { MemoryPublisher } from '../../shared/adapters/memory/memory-publisher.ts';
import { controlStatus } from '../../shared/control/control-status.ts';
import { requestControl } from '../../shared/control/request-control.ts';
import { Fire } from '../../shared/firing/fire.ts';
import { Ingest } from '../../shared/ingest/ingest.ts';
import type { ControlAction } from '../../shared/log/control-request.ts';
import { controlLog, type ShardId, shardLog, snapshotLog } from '../../shared/log/keys.ts';
import { ORIGIN, type Position } from '../../shared/log/position.ts';
import type { LogStore } from '../../shared/ports/log-store.ts';
import { END_OF_TIME } from '../../shared/time/event-time.ts';
import type { Shard } from '../../shared/watermarks/shard.ts';
import { deliveries, measured, SHARD } from '../fixtures/delivered-record.ts';
import { InterruptedStore, once } from '../fixtures/interrupted-store.ts';
import { MemoryDeployment } from '../fixtures/memory-deployment.ts';
import { type Measurement, temperatures } from '../fixtures/temperature-pipeline.ts';

const { name } = temperatures;
const DAY_MS = 86_400_000;

/** A deployment that somebody can ask something, and that sends one measurement after the other. */
function deployed() {
  const deployment = new MemoryDeployment();
  const ingest = deployment.ingest();
  let next = 1;
  return {
    deployment,
    ask: (action: ControlAction, logStore: LogStore = deployment.store) =>
      requestControl(name, action, { logStore, clock: deployment.ports.clock }),
    send: async (...times: number[]) => {
      const records = deliveries(
        times.map((at) => measured(at)),
        next,
      );
      next += times.length;
      await ingest.ingest(SHARD, records);
    },
    status: async () => {
      const status = await controlStatus(name, deployment.store);
      const [lane] = status?.lanes ?? [];
      if (status === undefined || lane === undefined) throw new Error('nothing has run');
      return { ...lane, pending: status.pending };
    },
  };
}

/** The store as a function has it whose items are kept for so long. */
function keptFor(store: MemoryLogStore, retentionMs: number): LogStore {
  return {
    retentionMs,
    append: (...entry) => store.append(...entry),
    read: (log, after) => store.read(log, after),
    last: (log) => store.last(log),
  };
}

/** Two who fire at once may publish an epoch twice: the same panes, with the same ids. */
const shown = ({ panes }: MemoryDeployment) =>
  [...new Map(panes.map((pane) => [pane.id, pane])).values()].map(({ window, key, start, count: n, pane }) => [
    window,
    key,
    start,
    n,
    pane.timing,
  ]);

describe('a pause', () => {
  test('anywhere, with restarts, changes no window of events that are in time', async () => {
    const steps = fc.array(
      fc.record({
        ahead: fc.integer({ min: 0, max: 20_000 }),
        back: fc.integer({ min: 0, max: 5_000 }),
        what: fc.integer({ min: 0, max: 5 }),
      }),
      { minLength: 5, maxLength: 25 },
    );
    let pauses = 0;
    await fc.assert(
      fc.asyncProperty(steps, async (history) => {
        const run = async (isPausing: boolean) => {
          const { deployment, ask, send } = deployed();
          let fire = deployment.fire();
          let clock = 0;
          for (const { ahead, back, what } of history) {
            clock += ahead;
            await send(clock - back);
            if (isPausing && what === 0) pauses++;
            if (isPausing && what === 0) await ask('pause');
            if (isPausing && what === 1) await ask('resume');
            if (what === 2) fire = deployment.fire();
            await fire.fire();
          }
          await ask('resume');
          await ask('drain');
          await fire.fire();
          return shown(deployment).map(String).toSorted();
        };
        expect(await run(true)).toEqual(await run(false));
      }),
      { numRuns: 60 },
    );
    expect(pauses).toBeGreaterThan(60);
  });

  test('reads no shard and writes one epoch, whoever fires and however often', async () => {
    const { deployment, ask, send, status } = deployed();
    await send(1_000);
    await ask('pause');
    const [one, other] = [deployment.fire(), deployment.fire()];
    await Promise.all([one.fire(), other.fire()]);
    await send(100_000);
    const store = new InterruptedStore(deployment.store);
    const late = deployment.fire({ logStore: store });
    await late.fire();
    expect(await late.fire()).toMatchObject({ epoch: 1, pausedSinceMs: expect.any(Number) });
    expect(store.calls.filter((call) => call.includes('#shard#') || call.startsWith('append'))).toEqual([]);
    // What an idle tick costs: is there a newer epoch, was anything asked for.
    expect(store.calls.slice(-2)).toEqual([`read ${name}#epochs 1`, `read ${name}#control 1`]);
    expect(await status()).toMatchObject({ epoch: 1, pausedSinceMs: expect.any(Number), pending: [] });
    await ask('resume');
    await Promise.all([one.fire(), other.fire()]);
    expect(shown(deployment)).toEqual([
      ['buildings', 'a', -53_000, 1, 'ON_TIME'],
      ['sensors', 'a1', 0, 1, 'ON_TIME'],
    ]);
    expect(await status()).not.toHaveProperty('pausedSinceMs');
  });

  test('forgets no shard that began in it, ended in it, and is listed no more when it is over', async () => {
    const [parent, child, grandchild] = ['shardId-0', 'shardId-1', 'shardId-2'] as [ShardId, ShardId, ShardId];
    const { deployment, ask } = deployed();
    let listed: Shard[] = [{ id: parent, parents: [] }];
    const fire = () => deployment.fire({ shards: { list: async () => listed } }).fire();
    const send = async (shard: ShardId, at: number) => deployment.ingest().ingest(shard, deliveries([measured(at)], at));
    await send(parent, 1_000);
    await ask('pause');
    await fire();
    listed = [...listed, { id: child, parents: [parent] }];
    await send(child, 2_000);
    await fire();
    expect(await deployment.epochs()).toMatchObject([{ panesFired: 0 }, { panesFired: 0, cut: { [child]: { position: ORIGIN } } }]);
    listed = [{ id: grandchild, parents: [child] }];
    await send(grandchild, 3_000);
    await ask('resume');
    await fire();
    await ask('drain');
    expect(await fire()).toMatchObject({ openWindows: 0, counts: { read: 3 } });
  });

  test('may last: what is open and what was read is kept, and before anything is lost it says so', async () => {
    const { deployment, ask, send } = deployed();
    const logStore = keptFor(deployment.store, 30 * DAY_MS);
    const fire = deployment.fire({ logStore });
    await send(1_000);
    await fire.fire();
    await ask('pause');
    await fire.fire();
    for (let day = 1; day < 20; day++) {
      deployment.nowMs += DAY_MS;
      await fire.fire();
    }
    // A start needs nothing that is older than ten days: what was before the newest snapshot may go.
    const epochs = await deployment.epochs();
    expect(epochs.map(({ control }) => control?.obeyed)).toEqual([1, 1]);
    deployment.store.trim(shardLog(name, SHARD), Number.POSITIVE_INFINITY as Position);
    deployment.nowMs += 2 * DAY_MS;
    await expect(deployment.fire({ logStore }).fire()).rejects.toThrow(
      'has been paused for 21 days; what was committed meanwhile expires after 30',
    );
    await ask('resume');
    await deployment.fire({ logStore }).fire();
    await send(100_000);
    await deployment.fire({ logStore }).fire();
    expect(shown(deployment)).toContainEqual(['sensors', 'a1', 0, 1, 'ON_TIME']);
  });
});

describe('a drain', () => {
  test('happens once, over restarts and with two who fire', async () => {
    const { deployment, ask, send, status } = deployed();
    await send(1_000, 50_000);
    await ask('drain');
    await Promise.all([deployment.fire().fire(), deployment.fire().fire()]);
    await send(200_000);
    await deployment.fire().fire();
    await deployment.fire().fire();
    expect((await deployment.epochs()).map(({ watermark, control }) => [watermark, control?.obeyed])).toEqual([
      [END_OF_TIME, 1],
      [END_OF_TIME, 1],
    ]);
    expect(await deployment.fire().fire()).toMatchObject({ openWindows: 0, lateByWindow: { sensors: 1, buildings: 1 } });
    expect(await status()).toMatchObject({ watermark: END_OF_TIME, openWindows: 0, isPublished: true });
  });

  test('of an empty pipeline is in an epoch: what comes later is late', async () => {
    const { deployment, send } = deployed();
    await deployment.fire().drain();
    await deployment.fire().drain();
    await send(1_000);
    expect(await deployment.fire().fire()).toMatchObject({ epoch: 2, openWindows: 0, lateByWindow: { sensors: 1, buildings: 1 } });
    expect(deployment.refusals).toHaveLength(2);
  });

  test.each<[ControlAction[], { pausedSinceMs?: unknown; watermark: unknown }]>([
    [['pause', 'drain'], { watermark: END_OF_TIME }],
    [['drain', 'pause'], { watermark: END_OF_TIME, pausedSinceMs: expect.any(Number) }],
  ])('%j of one tick', async (actions, expected) => {
    const { deployment, ask, send } = deployed();
    await send(1_000);
    for (const action of actions) await ask(action);
    const { watermark, pausedSinceMs } = await deployment.fire().fire();
    expect({ watermark, ...(pausedSinceMs === undefined ? {} : { pausedSinceMs }) }).toEqual(expected);
    expect(shown(deployment)).toHaveLength(2);
  });
});

describe('a checkpoint', () => {
  const snapshotsOf = async (deployment: MemoryDeployment) => (await deployment.store.read(snapshotLog(name), ORIGIN)).length;

  test('stands behind all that was committed before it, and a start reads nothing else', async () => {
    const { deployment, ask, send, status } = deployed();
    await send(1_000, 2_000);
    await ask('checkpoint');
    const report = await deployment.fire().fire();
    expect(report).toMatchObject({ epoch: 1, snapshot: { kind: 'written', epoch: 1 } });
    const store = new InterruptedStore(deployment.store);
    expect(await deployment.fire({ logStore: store }).fire()).toMatchObject({ epoch: 1, openWindows: 2 });
    expect(store.calls.filter((call) => call.includes('#shard#'))).toEqual([`read ${shardLog(name, SHARD)} 1`]);
    expect(await status()).toMatchObject({ snapshotOf: 1, awaitsSnapshot: false });
  });

  test('is written once, with nothing open, too, and while it is paused', async () => {
    const { deployment, ask } = deployed();
    await deployment.fire().fire();
    for (const action of ['checkpoint', 'pause', 'checkpoint'] as const) {
      await ask(action);
      for (let tick = 0; tick < 3; tick++) await deployment.fire().fire();
    }
    expect(await snapshotsOf(deployment)).toBe(2);
    expect(await deployment.epochs()).toHaveLength(3);
  });

  test('is written by a function that has missed some snapshots of others', async () => {
    const { deployment, ask, send, status } = deployed();
    await send(1_000);
    const old = deployment.fire();
    await old.fire();
    for (let each = 0; each < 3; each++) {
      await ask('checkpoint');
      await deployment.fire().fire();
    }
    await ask('checkpoint');
    expect(await old.fire()).toMatchObject({ snapshot: { kind: 'written' } });
    expect(await status()).toMatchObject({ awaitsSnapshot: false });
  });

  test.each(['before', 'after'] as const)('that fails %s it is written is tried again', async (when) => {
    const { deployment, ask, send, status } = deployed();
    await send(1_000);
    await ask('checkpoint');
    const broken = new InterruptedStore(deployment.store, once(`append ${snapshotLog(name)}`, when));
    expect(await deployment.fire({ logStore: broken }).fire()).toMatchObject({ snapshot: { kind: 'failed' } });
    expect((await status()).awaitsSnapshot).toBe(when === 'before');
    await send(2_000);
    await deployment.fire().fire();
    await deployment.fire().fire();
    expect(await status()).toMatchObject({ awaitsSnapshot: false });
    expect(await snapshotsOf(deployment)).toBe(1);
  });
});

describe('a request', () => {
  test('whose answer was lost, or that meets another, is there', async () => {
    const { deployment, ask, status } = deployed();
    await deployment.fire().fire();
    const lost = new InterruptedStore(deployment.store, once(`append ${controlLog(name)}`, 'after'));
    await expect(ask('pause', lost)).rejects.toThrow('after append');
    await Promise.all([ask('checkpoint'), ask('resume')]);
    expect((await status()).pending.map(({ action, position }) => `${position} ${action}`)).toEqual([
      '1 pause',
      '2 checkpoint',
      '3 resume',
    ]);
  });

  test('behind a log that has expired takes no position that was obeyed', async () => {
    const { deployment, ask } = deployed();
    await ask('pause');
    await ask('resume');
    await deployment.fire().fire();
    const empty = {
      ...keptFor(deployment.store, DAY_MS),
      last: (log: never) => (log === controlLog(name) ? Promise.resolve(undefined) : deployment.store.last(log)),
    };
    expect(await ask('pause', empty)).toBe(3);
    expect(await deployment.fire().fire()).toHaveProperty('pausedSinceMs');
  });

  test('is obeyed once when the epoch that says so was written and the function killed', async () => {
    const { deployment, ask, send } = deployed();
    await send(1_000);
    await ask('drain');
    const killed = new InterruptedStore(deployment.store, once(`append ${name}#epochs`, 'after'));
    await expect(deployment.fire({ logStore: killed }).fire()).rejects.toThrow('after append');
    await deployment.fire().fire();
    expect(await deployment.epochs()).toHaveLength(1);
    expect(shown(deployment)).toHaveLength(2);
  });
});

test('every lane obeys for itself, and no drain leaves one out', async () => {
  const store = new MemoryLogStore();
  const output = new MemoryPublisher();
  let now = 1_000;
  const ports = { ...new MemoryDeployment().ports, logStore: store, outputStream: output, clock: { nowMs: () => now++ } };
  const lanes = 3;
  const split = pipeline<Measurement>('split', {
    lanes,
    timestamp: ({ at }) => at,
    watermark: boundedOutOfOrderness(0),
    windows: { all: { keyBy: ({ sensor }) => sensor, window: tumbling(100), aggregate: { n: count() } } },
  });
  const keys = Array.from({ length: 12 }, (_each, index) => `sensor ${index}`);
  const ask = (action: ControlAction) => requestControl('split', action, ports);
  const fire = (lane: number) => new Fire(split, ports, { lane }).fire();
  const lanesOf = async () =>
    (await controlStatus('split', store))?.lanes.map(({ obeyed, pausedSinceMs }) => [obeyed, pausedSinceMs !== undefined]);

  await new Ingest(split, ports).ingest(SHARD, deliveries(keys.map((sensor) => measured(10, sensor))));
  await ask('pause');
  await fire(0);
  await fire(2);
  expect(await lanesOf()).toEqual([
    [1, true],
    [0, false],
    [1, true],
  ]);
  expect((await controlStatus('split', store))?.pending).toMatchObject([{ action: 'pause', position: 1 }]);
  await ask('drain');
  for (const lane of [0, 1, 2]) await fire(lane);
  expect(await lanesOf()).toEqual(Array.from({ length: lanes }, () => [2, false]));
  expect(
    output
      .documents<Pane>()
      .map(({ key }) => key)
      .toSorted(),
  ).toEqual(keys.toSorted());
});
