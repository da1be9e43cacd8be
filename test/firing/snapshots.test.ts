import { boundedOutOfOrderness, count, global, pipeline, sum } from 'mullion';
import { describe, expect, test } from 'vitest';
import { MemoryLogStore } from '../../shared/adapters/memory/memory-log-store.ts';
import { Fire } from '../../shared/firing/fire.ts';
import type { FireReport } from '../../shared/firing/fire-report.ts';
import { NO_SNAPSHOTS, snapshotRule } from '../../shared/firing/snapshot-policy.ts';
import { Ingest } from '../../shared/ingest/ingest.ts';
import { ExpiredLogError } from '../../shared/log/expired-log-error.ts';
import { CorruptEntryError, frame, unframe } from '../../shared/log/frame.ts';
import { epochLog, type LogName, shardLog, snapshotLog } from '../../shared/log/keys.ts';
import type { PositionedEntry } from '../../shared/log/log-entry.ts';
import { ORIGIN, type Position } from '../../shared/log/position.ts';
import type { LogStore } from '../../shared/ports/log-store.ts';
import { deliveries, measured, SHARD } from '../fixtures/delivered-record.ts';
import { EVERY_SNAPSHOT } from '../fixtures/every-snapshot.ts';
import { InterruptedStore, once } from '../fixtures/interrupted-store.ts';
import { MemoryDeployment } from '../fixtures/memory-deployment.ts';
import { changedTemperatures, type Measurement, temperatures } from '../fixtures/temperature-pipeline.ts';

const SNAPSHOTS = snapshotLog(temperatures.name);
const EPOCHS = epochLog(temperatures.name);
const COMMITS = shardLog(temperatures.name, SHARD);
const ALL = Number.POSITIVE_INFINITY as Position;
const DAY_MS = 86_400_000;

// But for the epoch: one that only a snapshot needed moves the later ones up.
const panesOf = ({ panes }: MemoryDeployment) => panes.map(({ epoch: _epoch, ...pane }) => JSON.stringify(pane));

/** A deployment that has fired every ten seconds of a minute that stays open, with a snapshot behind every firing; and what it gives in the end. */
async function openMinute() {
  const deployment = new MemoryDeployment();
  const ingest = deployment.ingest();
  let next = 1;
  const send = async (...times: number[]) => {
    const records = deliveries(
      times.map((at) => measured(at)),
      next,
    );
    next += times.length;
    await ingest.ingest(SHARD, records);
  };
  for (let index = 0; index < 6; index++) {
    await send(index * 10_000 + 8_000);
    await deployment.fire({}, { snapshots: EVERY_SNAPSHOT }).fire();
  }
  return { deployment, send };
}

/** The panes of the same minute without any snapshot, without a restart. */
async function calmly(...times: number[]): Promise<string[]> {
  const calm = new MemoryDeployment();
  const fire = calm.fire({}, { snapshots: NO_SNAPSHOTS });
  const ingest = calm.ingest();
  for (const [index, at] of [...Array.from({ length: 6 }, (_, step) => step * 10_000 + 8_000), ...times].entries()) {
    await ingest.ingest(SHARD, deliveries([measured(at)], 1 + index));
    await fire.fire();
  }
  await fire.drain();
  return panesOf(calm);
}

/** A copy of a store in which the newest entry of a log is another; or, where there is none, the whole log is gone. */
async function altered(
  store: MemoryLogStore,
  log: LogName,
  change: (entry: PositionedEntry) => PositionedEntry | undefined,
): Promise<MemoryLogStore> {
  const copy = new MemoryLogStore();
  for (const name of store.names) {
    const last = (await store.last(name))?.position ?? ORIGIN;
    for (let position = 1; position <= last; position++) {
      const [entry] = await store.read(name, (position - 1) as Position);
      const changed = name === log ? change(entry as PositionedEntry) : entry;
      const stored = position === last || changed === undefined ? changed : entry;
      if (stored !== undefined) await copy.append(name, stored.position, stored);
    }
  }
  return copy;
}

const damaged = (entry: PositionedEntry) => ({
  ...entry,
  payload: entry.payload.with(entry.payload.length - 1, (entry.payload.at(-1) as number) ^ 1),
});

describe('a function that starts', () => {
  test('reads the newest snapshot and what lies behind it, and nothing before', async () => {
    const { deployment, send } = await openMinute();
    await send(70_000);
    const snapshots = (await deployment.store.last(SNAPSHOTS))?.position as number;
    const epochs = (await deployment.epochs()).length;
    const store = new InterruptedStore(deployment.store);
    await deployment.fire({ logStore: store }).fire();
    const from = (log: LogName) => store.calls.filter((call) => call.startsWith(`read ${log} `)).map((call) => Number(call.split(' ')[2]));
    expect(snapshots).toBeGreaterThan(3);
    expect(Math.min(...from(COMMITS))).toBe(6);
    expect(Math.min(...from(EPOCHS))).toBe(epochs);
  });

  test('reads every commit once, however many epochs have taken some of them in', async () => {
    const { deployment } = await openMinute();
    const store = new InterruptedStore(await altered(deployment.store, SNAPSHOTS, () => undefined));
    await deployment.fire({ logStore: store }).fire();
    const from = store.calls.filter((call) => call.startsWith(`read ${COMMITS} `)).map((call) => Number(call.split(' ')[2]));
    // From the beginning, and for what has come since the newest epoch.
    expect(from).toEqual([0, 6]);
  });

  test('needs nothing that a snapshot stands for', async () => {
    const { deployment, send } = await openMinute();
    for (const log of deployment.store.names) deployment.store.trim(log, ALL);
    await send(70_000);
    await deployment.fire().fire();
    await deployment.fire().drain();
    expect(panesOf(deployment)).toEqual(await calmly(70_000));
  });

  test('gives the same without any snapshot, as long as the logs reach back', async () => {
    const { deployment } = await openMinute();
    const logStore = await altered(deployment.store, SNAPSHOTS, () => undefined);
    expect(logStore.names).not.toContain(SNAPSHOTS);
    await deployment.ingest({ logStore }).ingest(SHARD, deliveries([measured(70_000)], 7));
    await deployment.fire({ logStore }).fire();
    await deployment.fire({ logStore }).drain();
    expect(panesOf(deployment)).toEqual(await calmly(70_000));
  });
});

describe('a snapshot of no use', () => {
  const cases: [string, (entry: PositionedEntry) => PositionedEntry, string][] = [
    ['because a bit has flipped', damaged, 'a payload does not fit its checksum'],
    [
      'because it is newer than the newest epoch',
      ({ header, payload, position }) => {
        const newer = header.replace(/"epoch":\d+/, '"epoch":99');
        return { position, header: newer, payload: frame(newer, unframe(header, payload)) };
      },
      'the snapshot of epoch 99 is newer than the newest epoch, 6',
    ],
  ];

  test.each(cases)('%s is reported and gone around, and the next one takes its place', async (_what, change, message) => {
    const { deployment } = await openMinute();
    const logStore = await altered(deployment.store, SNAPSHOTS, change);
    const position = (await logStore.last(SNAPSHOTS))?.position as number;
    const fire = deployment.fire({ logStore }, { snapshots: NO_SNAPSHOTS });
    expect(await fire.fire()).toMatchObject({ snapshotUnusable: message });
    expect(await fire.fire()).toMatchObject({ snapshotUnusable: message });

    await deployment.ingest({ logStore }).ingest(SHARD, deliveries([measured(61_000)], 7));
    const mended = await deployment.fire({ logStore }, { snapshots: EVERY_SNAPSHOT }).fire();
    expect(mended).toMatchObject({ snapshot: { kind: 'written' } });
    expect(mended).not.toHaveProperty('snapshotUnusable');
    expect((await logStore.last(SNAPSHOTS))?.position).toBe(position + 1);
    expect(await deployment.fire({ logStore }).fire()).not.toHaveProperty('snapshotUnusable');
    await deployment.fire({ logStore }).drain();
    expect(panesOf(deployment)).toEqual(await calmly(61_000));
  });

  test('whose chunks are lost is gone around, too', async () => {
    const { deployment } = await openMinute();
    const { store } = deployment;
    const position = (await store.last(SNAPSHOTS))?.position as Position;
    let isLost = true;
    const logStore: LogStore = {
      append: async (log, at, entry) => store.append(log, at, entry),
      read: async (log, after) => store.read(log, after),
      last: async (log) => {
        if (log === SNAPSHOTS && isLost) throw new CorruptEntryError('a payload of 3 chunks has lost number 2', { position });
        return store.last(log);
      },
    };
    await deployment.ingest().ingest(SHARD, deliveries([measured(61_000)], 7));
    expect(await deployment.fire({ logStore }, { snapshots: NO_SNAPSHOTS }).fire()).toMatchObject({
      snapshotUnusable: 'a payload of 3 chunks has lost number 2',
    });
    await deployment.ingest().ingest(SHARD, deliveries([measured(62_000)], 8));
    expect(await deployment.fire({ logStore }, { snapshots: EVERY_SNAPSHOT }).fire()).toMatchObject({ snapshot: { kind: 'written' } });
    isLost = false;
    expect((await store.last(SNAPSHOTS))?.position).toBe(position + 1);
    await deployment.fire({ logStore }).drain();
    expect(panesOf(deployment)).toEqual(await calmly(61_000, 62_000));
  });

  test('stops firing when the logs do not reach back either, and says both', async () => {
    const { deployment } = await openMinute();
    const logStore = await altered(deployment.store, SNAPSHOTS, damaged);
    for (const log of logStore.names) logStore.trim(log, ALL);
    const firing = deployment.fire({ logStore }).fire();
    await expect(firing).rejects.toThrow(ExpiredLogError);
    await expect(firing).rejects.toThrow('is needed for windows that are still open');
    await expect(firing).rejects.toMatchObject({ cause: { message: 'a payload does not fit its checksum' } });
  });

  test('of another definition is never mixed in', async () => {
    const { deployment } = await openMinute();
    await expect(new Fire(changedTemperatures, deployment.ports).fire()).rejects.toThrow('was made by another definition');
    const theirs = deployment.store;
    const other = new MemoryDeployment();
    const changed = new Fire(changedTemperatures, other.ports, { snapshots: EVERY_SNAPSHOT });
    await new Ingest(changedTemperatures, other.ports).ingest(SHARD, deliveries([measured(1_000), measured(26_000)]));
    expect(await changed.fire()).toMatchObject({ snapshot: { kind: 'written' } });
    const foreign = (await other.store.last(SNAPSHOTS)) as PositionedEntry;
    const logStore = await altered(theirs, SNAPSHOTS, ({ position }) => ({ ...foreign, position }));
    const report = await deployment.fire({ logStore }, { snapshots: NO_SNAPSHOTS }).fire();
    expect(report.snapshotUnusable).toContain('the snapshot of epoch 1 was made by another definition');
    expect(report.openWindows).toBeGreaterThan(0);
  });
});

describe('a snapshot that cannot be written', () => {
  test.each(['before', 'after'] as const)('fails nothing, is reported, and is tried again: %s it took effect', async (when) => {
    const { deployment, send } = await openMinute();
    const before = (await deployment.store.last(SNAPSHOTS))?.position as number;
    const logStore = new InterruptedStore(deployment.store, once(`append ${SNAPSHOTS}`, when));
    const fire = deployment.fire({ logStore }, { snapshots: EVERY_SNAPSHOT });
    await send(62_000);
    const failed = await fire.fire();
    expect(failed.snapshot).toEqual({ kind: 'failed', message: `Interrupted: ${when} append ${SNAPSHOTS} ${before + 1}` });
    // Nothing has come since: it needs no epoch of its own.
    const again = await fire.fire();
    expect(again).toMatchObject({ epoch: failed.epoch, snapshot: { kind: 'written', epoch: failed.epoch } });
    expect((await deployment.store.last(SNAPSHOTS))?.position).toBe(before + 1);
    await fire.drain();
    expect(panesOf(deployment)).toEqual(await calmly(62_000));
  });

  test('because another function has written it is none the worse', async () => {
    const { deployment, send } = await openMinute();
    const [one, other] = [1, 2].map(() => deployment.fire({}, { snapshots: EVERY_SNAPSHOT })) as [Fire, Fire];
    await Promise.all([one.fire(), other.fire()]);
    await send(62_000);
    const reports = await Promise.all([one.fire(), other.fire()]);
    expect(reports.filter(({ snapshot }) => snapshot?.kind === 'failed')).toEqual([]);
    await Promise.all([one.fire(), other.fire()]);
    await deployment.fire().drain();
    expect(panesOf(deployment).filter((json, index, all) => all.indexOf(json) === index)).toEqual(await calmly(62_000));
  });
});

const forever = pipeline<Measurement>('forever', {
  timestamp: ({ at }) => at,
  watermark: boundedOutOfOrderness('5s'),
  windows: {
    all: { keyBy: ({ sensor }) => sensor, window: global(), aggregate: { measurements: count(), total: sum(({ celsius }) => celsius) } },
  },
});

/** Commits into a window that never ends; `keyOf` says whose. */
async function pileUp(batches: number, keyOf: (batch: number, record: number) => string, fire: (deployment: MemoryDeployment) => Fire) {
  const deployment = new MemoryDeployment();
  const ingest = new Ingest(forever, deployment.ports);
  const firing = fire(deployment);
  const reports: FireReport[] = [];
  for (let batch = 0; batch < batches; batch++) {
    const records = Array.from({ length: 50 }, (_, record) =>
      measured(batch * 1_000 + record, keyOf(batch, record), Math.sin(batch * 50 + record)),
    );
    await ingest.ingest(SHARD, deliveries(records, 1 + batch * 50));
    reports.push(await firing.fire());
  }
  return { deployment, reports };
}

function bytesOf(entries: readonly PositionedEntry[]): number {
  return entries.reduce((bytes, { header, payload }) => bytes + header.length + payload.length, 0);
}

async function bytesIn(store: LogStore, log: LogName): Promise<number> {
  return bytesOf(await store.read(log, ORIGIN));
}

describe('the rule', () => {
  test.each<[string, (batch: number, record: number) => string]>([
    ['few keys that come again and again', (_batch, record) => `s${record}`],
    ['keys that never come again', (batch, record) => `sensor-${batch * 50 + record}`],
    ['some of both', (batch, record) => (record % 2 === 0 ? `s${record}` : `sensor-${batch * 50 + record}`)],
  ])('writes at most two bytes of state for a byte of commits, and reads little more than the state: %s', async (_what, keyOf) => {
    const { deployment, reports } = await pileUp(120, keyOf, ({ ports }) => new Fire(forever, ports, { snapshots: snapshotRule(1) }));
    const written = reports.flatMap(({ snapshot }) => (snapshot?.kind === 'written' ? [snapshot.bytes] : []));
    const commits = await bytesIn(deployment.store, shardLog('forever', SHARD));
    const states = await bytesIn(deployment.store, snapshotLog('forever'));
    expect(written.length).toBeGreaterThan(3);
    expect(written.length).toBeLessThan(120);
    expect(states).toBeLessThanOrEqual(2 * commits);
    // The window never fires: every epoch there is was made for a snapshot to stand on, and no more than that.
    const epochs = await deployment.store.read(epochLog('forever'), ORIGIN);
    expect(epochs).toHaveLength(written.length);

    const { store } = deployment;
    let bytesRead = 0;
    const counting: LogStore = {
      append: async (log, position, entry) => store.append(log, position, entry),
      last: async (log) => store.last(log),
      read: async (log, after) => {
        const entries = await store.read(log, after);
        if (log === shardLog('forever', SHARD)) bytesRead += bytesOf(entries);
        return entries;
      },
    };
    const report = await new Fire(forever, { ...deployment.ports, logStore: counting }, { snapshots: NO_SNAPSHOTS }).fire();
    expect(report.counts.read).toBe(120 * 50);
    expect(bytesRead).toBeLessThanOrEqual(1.5 * (written.at(-1) as number) + commits / 120);
  });

  test('writes none for less than a page of log', async () => {
    const { deployment, reports } = await pileUp(
      10,
      (_batch, record) => `s${record}`,
      ({ ports }) => new Fire(forever, ports),
    );
    expect(reports.every(({ snapshot }) => snapshot === undefined)).toBe(true);
    expect(await deployment.store.last(epochLog('forever'))).toBeUndefined();
  });
});

/** The store as one in which items live thirty days. */
function expiring(store: MemoryLogStore): LogStore {
  return {
    retentionMs: 30 * DAY_MS,
    append: async (log, position, entry) => store.append(log, position, entry),
    read: async (log, after) => store.read(log, after),
    last: async (log) => store.last(log),
  };
}

describe('what is needed is written again before it expires', () => {
  test('the newest epoch of a pipeline that is idle, once in ten days, and nothing else', async () => {
    const deployment = new MemoryDeployment();
    await deployment.ingest().ingest(SHARD, deliveries([measured(1_000)]));
    await deployment.fire().drain();
    const fire = deployment.fire({ logStore: expiring(deployment.store) });
    const before = await deployment.epochs();
    for (let day = 0; day < 40; day++) {
      deployment.nowMs += DAY_MS;
      await fire.fire();
    }
    const [last, ...refreshed] = (await deployment.epochs()).slice(before.length - 1);
    expect(refreshed).toHaveLength(4);
    for (const epoch of refreshed) {
      expect(epoch).toMatchObject({ cut: last?.cut, watermark: last?.watermark, counts: last?.counts, panes: [], refusals: [] });
    }
    expect(await deployment.store.last(SNAPSHOTS)).toBeUndefined();
    expect(deployment.panes).toHaveLength(2);
  });

  test('the state of a window that never ends, also when nothing comes for it; all else may go', async () => {
    const { deployment } = await pileUp(
      3,
      (_batch, record) => `s${record}`,
      ({ ports }) => new Fire(forever, ports),
    );
    const logStore = expiring(deployment.store);
    for (let day = 0; day < 100; day++) {
      deployment.nowMs += DAY_MS;
      const report = await new Fire(forever, { ...deployment.ports, logStore }).fire();
      expect(report.snapshot === undefined || report.snapshot.kind === 'written').toBe(true);
      // Thirty days is what the newest of each must live; all before it could be gone much sooner.
      if (report.snapshot !== undefined) for (const log of deployment.store.names) deployment.store.trim(log, ALL);
    }
    expect((await deployment.store.last(snapshotLog('forever')))?.position).toBe(10);
    expect((await deployment.store.last(epochLog('forever')))?.position).toBe(10);
    await new Fire(forever, { ...deployment.ports, logStore }).drain();
    expect(deployment.panes.map(({ count: events }) => events)).toEqual(Array.from({ length: 50 }, () => 3));
  });
});

test('commits that expired before they were read stop firing, with their shard and position, and are not waited for', async () => {
  const { deployment, send } = await openMinute();
  const fire = deployment.fire();
  await fire.fire();
  await send(61_000);
  await send(62_000);
  deployment.store.trim(COMMITS, ALL);
  await expect(fire.fire()).rejects.toThrow(ExpiredLogError);
  await expect(deployment.fire().fire()).rejects.toThrow(
    `${COMMITS}: position 7 has expired before it was read, though later ones are there`,
  );
  await expect(fire.drain()).rejects.toThrow('start again under a new name from the input stream');
});
