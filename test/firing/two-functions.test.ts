import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Definitions } from '../../shared/evolution/definitions.ts';
import type { Fire } from '../../shared/firing/fire.ts';
import type { FiringState } from '../../shared/firing/firing-state.ts';
import { follow } from '../../shared/firing/follow.ts';
import { entryBytes, restore } from '../../shared/firing/restore.ts';
import { ByteWriter } from '../../shared/log/bytes.ts';
import { decodeCommitBy } from '../../shared/log/commit.ts';
import { epochLog, type LogName, publicationLog, shardLog, snapshotLog } from '../../shared/log/keys.ts';
import type { LogEntry, PositionedEntry } from '../../shared/log/log-entry.ts';
import { FIRST_LANE } from '../../shared/pipeline/lane.ts';
import { ORIGIN, type Position } from '../../shared/log/position.ts';
import type { LogStore } from '../../shared/ports/log-store.ts';
import { anyMeasurement, deliveries, measured, SHARD } from '../fixtures/delivered-record.ts';
import { MemoryDeployment } from '../fixtures/memory-deployment.ts';
import { type Measurement, temperatures } from '../fixtures/temperature-pipeline.ts';
import { expectedValues, publishedValues } from '../fixtures/window-values.ts';

/** Counts what one function reads. */
class MeteredStore implements LogStore {
  bytesRead = 0;
  starts = 0;
  readonly #store: LogStore;

  constructor(store: LogStore) {
    this.#store = store;
  }

  append(log: LogName, position: Position, entry: LogEntry) {
    return this.#store.append(log, position, entry);
  }

  async read(log: LogName, after: Position, consistency?: 'eventual' | 'strong') {
    const entries = await this.#store.read(log, after, consistency);
    for (const entry of entries) this.bytesRead += entryBytes(entry);
    return entries;
  }

  async last(log: LogName) {
    // What a function that starts asks for, and no other.
    if (log === snapshotLog(temperatures.name)) this.starts++;
    const entry = await this.#store.last(log);
    if (entry !== undefined) this.bytesRead += entryBytes(entry);
    return entry;
  }
}

const SENSORS = 60;
const TICKS = 100;

/** Every tick events come, for a window that stays open and one that closes, and then two functions fire, in a way of their own. */
async function busyTicks(fire: (one: Fire, other: Fire, tick: number) => Promise<unknown>) {
  const deployment = new MemoryDeployment();
  const stores = [new MeteredStore(deployment.store), new MeteredStore(deployment.store)] as const;
  const [one, other] = stores.map((logStore) => deployment.fire({ logStore })) as [Fire, Fire];
  const ingest = deployment.ingest();
  const sent: Measurement[] = [];
  for (let tick = 0; tick < TICKS; tick++) {
    const batch = Array.from({ length: SENSORS }, (_, sensor) => measured(tick * 10_000, `a${sensor}`, sensor));
    await ingest.ingest(SHARD, deliveries(batch, sent.length + 1));
    sent.push(...batch);
    await fire(one, other, tick);
  }
  await one.drain();
  expect(publishedValues(deployment.panes)).toEqual(expectedValues(sent));
  return { deployment, stores };
}

describe('two fire functions', () => {
  test.each<[string, (one: Fire, other: Fire, tick: number) => Promise<unknown>]>([
    ['who race for every epoch', async (one, other) => Promise.all([one.fire(), other.fire()])],
    ['of whom one is always a little later', async (one, other) => [await one.fire(), await other.fire()]],
    ['who take turns', async (one, other, tick) => (tick % 2 === 0 ? one : other).fire()],
  ])('%s follow each other: neither ever computes its state anew', async (_how, fire) => {
    const { stores } = await busyTicks(fire);
    expect(stores.map(({ starts }) => starts)).toEqual([1, 1]);
  });

  test('cost no more than one: the later one reads what the first one reads, and what that has written', async () => {
    const alone = await busyTicks(async (one) => one.fire());
    const both = await busyTicks(async (one, other) => [await one.fire(), await other.fire()]);
    const written = await Promise.all(
      [epochLog(temperatures.name), publicationLog(temperatures.name)].map((log) => both.deployment.store.read(log, ORIGIN)),
    );
    const bytesWritten = written.flat().reduce((sum, entry) => sum + entryBytes(entry), 0);
    expect(both.stores[0].bytesRead).toBe(alone.stores[0].bytesRead);
    expect(both.stores[1].bytesRead).toBeLessThanOrEqual(alone.stores[0].bytesRead + bytesWritten);
  });

  test('with clocks ten minutes apart, in whatever order they come, fire the same, each pane once', async () => {
    const anyTick = fc.record({
      events: fc.array(anyMeasurement, { maxLength: 8 }),
      fires: fc.constantFrom('one', 'other', 'both', 'neither'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(anyTick, { minLength: 1, maxLength: 12 }), async (ticks) => {
        const deployment = new MemoryDeployment();
        deployment.nowMs = 300_000;
        const firing = (offsetMs: number) => deployment.fire({ clock: { nowMs: () => deployment.nowMs + offsetMs } });
        const [one, other] = [firing(-300_000), firing(300_000)];
        const ingest = deployment.ingest();
        // In the order of time: nothing is late, whoever fires when.
        const sorted = ticks.flatMap(({ events }) => events).toSorted((a, b) => a.at - b.at);
        let sent = 0;
        for (const { events, fires } of ticks) {
          await ingest.ingest(SHARD, deliveries(sorted.slice(sent, sent + events.length), sent + 1));
          sent += events.length;
          if (fires === 'both') await Promise.all([one.fire(), other.fire()]);
          else if (fires !== 'neither') await (fires === 'one' ? one : other).fire();
        }
        await ingest.ingest(SHARD, deliveries([measured(1_000_000, 'spare')], sent + 1));
        expect(await other.fire()).toMatchObject({ openWindows: 0, counts: { read: sent + 1, late: 0 } });
        expect(publishedValues(deployment.panes)).toEqual(expectedValues(sorted));
        // What races is published by both, byte for byte.
        const byId = Map.groupBy(deployment.output.records, ({ json }) => (JSON.parse(json) as { id: string }).id);
        for (const repeats of byId.values()) expect(new Set(repeats.map(({ json }) => json)).size).toBe(1);
      }),
      { numRuns: 200 },
    );
  });
});

describe('following', () => {
  const bytesOf = (state: FiringState) => {
    const writer = new ByteWriter();
    state.write(writer);
    return writer.bytes();
  };

  const logsOf = ({ store }: MemoryDeployment) => ({
    pipeline: temperatures,
    lane: FIRST_LANE,
    definitions: new Definitions(temperatures, store, { nowMs: () => 0 }),
    logStore: store,
  });

  test('gives the state that a function which starts computes, from whatever epoch, with whatever had been taken in', async () => {
    const anyTick = fc.array(anyMeasurement, { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(fc.array(anyTick, { minLength: 2, maxLength: 10 }), fc.nat(), fc.nat(), async (ticks, from, ahead) => {
        const deployment = new MemoryDeployment();
        const { definitions } = logsOf(deployment);
        const start = async () => (await restore(logsOf(deployment))).state;
        const fire = deployment.fire();
        const ingest = deployment.ingest();
        const states: FiringState[] = [];
        let sent = 0;
        for (const events of ticks) {
          await ingest.ingest(SHARD, deliveries(events, sent + 1));
          sent += events.length;
          await fire.fire();
          states.push(await start());
        }
        await fire.drain();
        const state = states[from % states.length] as FiringState;
        const epochs = await deployment.store.read(epochLog(temperatures.name), state.epoch);
        // Commits that the next epoch has, taken in before it was known.
        const [next] = epochs as [PositionedEntry];
        const { cut } = JSON.parse(next.header) as { cut: Record<string, { position: number }> };
        const commits = await deployment.store.read(shardLog(temperatures.name, SHARD), state.cutOf(SHARD)?.position ?? ORIGIN);
        const within = commits.filter(({ position }) => position <= (cut[SHARD]?.position ?? 0));
        for (const commit of within.slice(0, ahead % (within.length + 1)))
          state.absorb(decodeCommitBy(definitions, commit), commit.position, entryBytes(commit));
        for (const epoch of epochs) expect(await follow(logsOf(deployment), state, epoch)).toBe(true);
        expect(bytesOf(state)).toEqual(bytesOf(await start()));
      }),
      { numRuns: 200 },
    );
  });

  test('is refused by a state that has taken in what the epoch has not, and leaves it as it was', async () => {
    const deployment = new MemoryDeployment();
    const { definitions } = logsOf(deployment);
    const { state } = await restore(logsOf(deployment));
    const ingest = deployment.ingest();
    await ingest.ingest(SHARD, deliveries([measured(0), measured(50_000)]));
    await deployment.fire().fire();
    await ingest.ingest(SHARD, deliveries([measured(51_000)], 3));
    for (const commit of await deployment.store.read(shardLog(temperatures.name, SHARD), ORIGIN))
      state.absorb(decodeCommitBy(definitions, commit), commit.position, entryBytes(commit));
    const [epoch] = (await deployment.store.read(epochLog(temperatures.name), ORIGIN)) as [PositionedEntry];
    expect(await follow(logsOf(deployment), state, epoch)).toBe(false);
    expect({ epoch: state.epoch, read: state.counts.read }).toEqual({ epoch: 0, read: 3 });
  });
});
