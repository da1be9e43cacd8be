import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CommitHeader } from '../../shared/log/commit.ts';
import type { Ingest } from '../../shared/ingest/ingest.ts';
import { ChangedDefinitionError } from '../../shared/evolution/changed-definition-error.ts';
import { CorruptEntryError } from '../../shared/log/frame.ts';
import { epochLog, shardLog } from '../../shared/log/keys.ts';
import { ORIGIN, type Position } from '../../shared/log/position.ts';
import { MemoryLogStore } from '../../shared/adapters/memory/memory-log-store.ts';
import { Ingest as IngestOf } from '../../shared/ingest/ingest.ts';
import { anyMeasurement, deliveries, measured, OTHER_SHARD, sequenceNumber, SHARD } from '../fixtures/delivered-record.ts';
import { Interrupted, InterruptedStore, once } from '../fixtures/interrupted-store.ts';
import { MemoryDeployment } from '../fixtures/memory-deployment.ts';
import { changedTemperatures, temperatures } from '../fixtures/temperature-pipeline.ts';
import { committedValues, expectedValues } from '../fixtures/window-values.ts';

const SHARD_LOG = shardLog(temperatures.name, SHARD);
const EPOCH_LOG = epochLog(temperatures.name);

const MEASUREMENTS = [measured(1_000, 'a1', 20), measured(3_000, 'a2', 21.5), measured(2_000, 'a1', -3), measured(12_000, 'b1', 0.125)];
const RECORDS = deliveries(MEASUREMENTS);

/** A deployment of which only the newest epoch is left, and of the shard's log so many of its first entries. */
async function expired(entriesLeft = 0) {
  const before = new MemoryDeployment();
  const ingest = before.ingest();
  for (const [index, record] of deliveries([measured(1_000), measured(2_000), measured(30_000)]).entries()) {
    await ingest.ingest(SHARD, [record]);
    if (index === 2) await before.fire().fire();
  }
  const epoch = await before.store.last(EPOCH_LOG);
  if (epoch === undefined) throw new Error('nothing has fired');
  const after = new MemoryDeployment();
  await after.store.append(EPOCH_LOG, epoch.position, epoch);
  const left = (await before.store.read(SHARD_LOG, ORIGIN)).slice(0, entriesLeft);
  for (const entry of left) await after.store.append(SHARD_LOG, entry.position, entry);
  after.nowMs = 30 * 86_400_000;
  return after;
}

describe('a batch', () => {
  test('is one commit: its deltas, the records covered, the clock, and the counts', async () => {
    const deployment = new MemoryDeployment();
    expect(await deployment.ingest().ingest(SHARD, RECORDS)).toEqual({
      counts: { read: 4, folded: 4, filtered: 0, late: 0, invalid: 0 },
      alreadyCommitted: 0,
    });
    const [commit, ...others] = await deployment.commits();
    expect(others).toEqual([]);
    expect(commit).toMatchObject({
      fingerprint: temperatures.fingerprint,
      shard: SHARD,
      first: sequenceNumber(1),
      last: sequenceNumber(4),
      clocks: { '*': { time: 12_000 } },
      counts: { read: 4, folded: 4 },
      lateByWindow: {},
    });
    expect(committedValues(await deployment.commits())).toEqual(expectedValues(MEASUREMENTS));
  });

  test('without records changes nothing', async () => {
    const deployment = new MemoryDeployment();
    expect(await deployment.ingest().ingest(SHARD, [])).toMatchObject({ alreadyCommitted: 0, counts: { read: 0 } });
    expect(await deployment.commits()).toEqual([]);
  });

  test.each([2, 3, 10])('delivered %i times, one after the other, to warm functions and cold ones, is in once', async (times) => {
    const deployment = new MemoryDeployment();
    const warm = deployment.ingest();
    for (let time = 1; time <= times; time++) {
      const report = await (time % 3 === 0 ? deployment.ingest() : warm).ingest(SHARD, RECORDS);
      expect(report).toMatchObject(
        time === 1 ? { alreadyCommitted: 0, counts: { read: 4 } } : { alreadyCommitted: 4, counts: { read: 0 } },
      );
    }
    expect(await deployment.commits()).toHaveLength(1);
    expect(deployment.refusals).toEqual([]);
  });

  test.each([2, 5, 10])('delivered to %i functions at once is in once', async (times) => {
    const deployment = new MemoryDeployment();
    const reports = await Promise.all(Array.from({ length: times }, () => deployment.ingest().ingest(SHARD, RECORDS)));
    expect(reports.reduce((read, { counts }) => read + counts.read, 0)).toBe(4);
    expect(await deployment.commits()).toHaveLength(1);
    expect(committedValues(await deployment.commits())).toEqual(expectedValues(MEASUREMENTS));
  });

  test('delivered ten times at once to one function is in once', async () => {
    const deployment = new MemoryDeployment();
    const ingest = deployment.ingest();
    await Promise.all(Array.from({ length: 10 }, () => ingest.ingest(SHARD, RECORDS)));
    await ingest.ingest(SHARD, deliveries([measured(13_000)], 5));
    expect(committedValues(await deployment.commits())).toEqual(expectedValues([...MEASUREMENTS, measured(13_000)]));
    expect((await deployment.commits()).map(({ first, last }) => [first, last])).toEqual([
      [sequenceNumber(1), sequenceNumber(4)],
      [sequenceNumber(5), sequenceNumber(5)],
    ]);
  });

  test('in any order, with records twice in it, is put in order', async () => {
    const deployment = new MemoryDeployment();
    const [first, second, third, fourth] = RECORDS as [never, never, never, never];
    expect(await deployment.ingest().ingest(SHARD, [third, first, fourth, third, second, first])).toMatchObject({ counts: { read: 4 } });
    expect(committedValues(await deployment.commits())).toEqual(expectedValues(MEASUREMENTS));
    expect((await deployment.commits())[0]).toMatchObject({ first: sequenceNumber(1), last: sequenceNumber(4) });
  });

  test('of one shard knows nothing of another', async () => {
    const deployment = new MemoryDeployment(SHARD, OTHER_SHARD);
    const ingest = deployment.ingest();
    await ingest.ingest(SHARD, RECORDS);
    expect(await ingest.ingest(OTHER_SHARD, RECORDS)).toMatchObject({ alreadyCommitted: 0, counts: { read: 4 } });
    expect(await deployment.commits(OTHER_SHARD)).toHaveLength(1);
  });
});

describe('batches cut anew', () => {
  test('bisected and grown: only what is new is added', async () => {
    const deployment = new MemoryDeployment();
    await deployment.ingest().ingest(SHARD, RECORDS.slice(0, 2));
    await deployment.ingest().ingest(SHARD, RECORDS.slice(0, 1));
    expect(await deployment.ingest().ingest(SHARD, RECORDS)).toMatchObject({ alreadyCommitted: 2, counts: { read: 2 } });
    expect(committedValues(await deployment.commits())).toEqual(expectedValues(MEASUREMENTS));
  });

  test('in any way, by any of three functions, some of them at once: everything is in exactly once', { timeout: 60_000 }, async () => {
    const history = fc.record({
      measurements: fc.array(anyMeasurement, { minLength: 1, maxLength: 25 }),
      // How far back a delivery reaches, how many records it holds, who gets it, and whether somebody gets it as well at the same time.
      cuts: fc.array(
        fc.record({
          back: fc.nat(6),
          length: fc.integer({ min: 1, max: 9 }),
          by: fc.nat(3),
          twin: fc.option(fc.nat(3)),
          again: fc.boolean(),
        }),
        { minLength: 1, maxLength: 12 },
      ),
    });
    await fc.assert(
      fc.asyncProperty(history, async ({ measurements, cuts }) => {
        const deployment = new MemoryDeployment();
        const records = deliveries(measurements);
        const warm = [deployment.ingest(), deployment.ingest(), deployment.ingest()];
        const functionOf = (by: number): Ingest<never> => warm[by] ?? deployment.ingest();
        let acknowledged = 0;
        for (let index = 0; acknowledged < records.length; index++) {
          const { back, length, by, twin, again } = cuts[index % cuts.length] as (typeof cuts)[number];
          const from = Math.max(0, acknowledged - back);
          // However small the cuts are, they get somewhere.
          const to = Math.min(records.length, Math.max(from + length, acknowledged + (index >= cuts.length ? 1 : 0)));
          const batch = records.slice(from, to);
          const twins =
            twin === null ? [] : [functionOf(twin).ingest(SHARD, again ? batch : records.slice(from, Math.min(records.length, to + 1)))];
          await Promise.all([functionOf(by).ingest(SHARD, batch), ...twins]);
          acknowledged = Math.max(acknowledged, to);
        }
        const commits = await deployment.commits();
        expect(committedValues(commits)).toEqual(expectedValues(measurements));
        expect(commits.reduce((read, { counts }) => read + counts.read, 0)).toBe(records.length);
        // Commits join without gap or overlap.
        const ends = commits.map(({ last }) => records.findIndex(({ sequenceNumber: number }) => number === last) + 1);
        const starts = commits.map(({ first }) => records.findIndex(({ sequenceNumber: number }) => number === first));
        expect(starts).toEqual([0, ...ends.slice(0, -1)]);
      }),
      { numRuns: 150 },
    );
  });
});

describe('another writer', () => {
  test('that was faster: what it committed is left out, the rest is added behind it', async () => {
    const deployment = new MemoryDeployment();
    const slow = deployment.ingest();
    await slow.ingest(SHARD, RECORDS.slice(0, 1));
    // The slow one sleeps while another gets the next batches.
    await deployment.ingest().ingest(SHARD, RECORDS.slice(1, 2));
    await deployment.ingest().ingest(SHARD, RECORDS.slice(2, 3));
    expect(await slow.ingest(SHARD, RECORDS.slice(1))).toMatchObject({ alreadyCommitted: 2, counts: { read: 1 } });
    expect(committedValues(await deployment.commits())).toEqual(expectedValues(MEASUREMENTS));
  });

  test('that has it all: a zombie that wakes up does nothing', async () => {
    const deployment = new MemoryDeployment();
    const zombie = deployment.ingest();
    await zombie.ingest(SHARD, RECORDS.slice(0, 1));
    await deployment.ingest().ingest(SHARD, RECORDS);
    expect(await zombie.ingest(SHARD, RECORDS.slice(1, 3))).toMatchObject({ alreadyCommitted: 2, counts: { read: 0 } });
    expect(await deployment.commits()).toHaveLength(2);
  });
});

describe('a lost answer', () => {
  test.each(['warm', 'cold'])('of an append fails the batch; a %s function recognises it when it comes again', async (temperature) => {
    const deployment = new MemoryDeployment();
    const store = new InterruptedStore(deployment.store, once(`append ${SHARD_LOG} 2`, 'after'));
    const ingest = deployment.ingest({ logStore: store });
    await ingest.ingest(SHARD, RECORDS.slice(0, 1));
    await expect(ingest.ingest(SHARD, RECORDS)).rejects.toThrow(Interrupted);
    const again = temperature === 'warm' ? ingest : deployment.ingest({ logStore: store });
    const before = store.calls.length;
    expect(await again.ingest(SHARD, RECORDS)).toMatchObject({ alreadyCommitted: 4, counts: { read: 0 } });
    // It looks first: a large put that must fail would be paid for.
    expect(store.calls.slice(before).filter((call) => call.startsWith('append'))).toEqual([]);
    expect(await again.ingest(SHARD, deliveries([measured(14_000)], 5))).toMatchObject({ counts: { read: 1 } });
    expect(committedValues(await deployment.commits())).toEqual(expectedValues([...MEASUREMENTS, measured(14_000)]));
  });

  test('an append that never arrived fails the batch, too, and nothing is in before it comes again', async () => {
    const deployment = new MemoryDeployment();
    const ingest = deployment.ingest({ logStore: new InterruptedStore(deployment.store, once('append', 'before')) });
    await expect(ingest.ingest(SHARD, RECORDS)).rejects.toThrow(Interrupted);
    expect(await deployment.commits()).toEqual([]);
    expect(await ingest.ingest(SHARD, RECORDS)).toMatchObject({ alreadyCommitted: 0, counts: { read: 4 } });
  });

  test('that the store made out by itself is a success', async () => {
    const deployment = new MemoryDeployment();
    const { store } = deployment;
    const ingest = deployment.ingest({
      logStore: {
        append: async (log, position, entry) => {
          await store.append(log, position, entry);
          return store.append(log, position, entry);
        },
        read: async (log, after) => store.read(log, after),
        last: async (log) => store.last(log),
      },
    });
    expect(await ingest.ingest(SHARD, RECORDS)).toMatchObject({ counts: { read: 4 } });
    expect(await ingest.ingest(SHARD, deliveries([measured(14_000)], 5))).toMatchObject({ counts: { read: 1 } });
    expect(await deployment.commits()).toHaveLength(2);
  });
});

describe('a log that is empty because it has expired', () => {
  test('is continued behind the position and the record that firing has read', async () => {
    const deployment = await expired();
    const ingest = deployment.ingest();
    expect(await ingest.ingest(SHARD, deliveries([measured(1_000), measured(2_000), measured(30_000), measured(31_000)]))).toMatchObject({
      alreadyCommitted: 3,
      counts: { read: 1, folded: 1 },
    });
    expect((await deployment.store.last(SHARD_LOG))?.position).toBe(4);
    // The clock goes on as well, although nothing of the log is left to tell it.
    const entries = await deployment.store.read(SHARD_LOG, 3 as Position);
    expect(entries.map(({ header }) => (JSON.parse(header) as CommitHeader).clocks['*']?.time)).toEqual([31_000]);
  });

  test('in part, its end before its beginning, is not taken for all there was', async () => {
    const deployment = await expired(1);
    const appended: string[] = [];
    const ingest = deployment.ingest({
      logStore: new InterruptedStore(deployment.store, (call) => {
        if (!call.startsWith('append')) return undefined;
        appended.push(call);
        return 'before';
      }),
    });
    expect(await ingest.ingest(SHARD, deliveries([measured(2_000), measured(30_000)], 2))).toMatchObject({ alreadyCommitted: 2 });
    await expect(ingest.ingest(SHARD, deliveries([measured(31_000)], 4))).rejects.toThrow(Interrupted);
    expect(appended).toEqual([`append ${SHARD_LOG} 4`]);
  });

  test('of a shard that firing does not know begins at its beginning', async () => {
    const deployment = await expired();
    await deployment.ingest().ingest(OTHER_SHARD, RECORDS);
    expect(await deployment.commits(OTHER_SHARD)).toHaveLength(1);
  });
});

describe('state that cannot be used', () => {
  test('of another definition is refused before anything is written, be it in the shard’s own log or only in what has fired', async () => {
    const deployment = new MemoryDeployment(SHARD, OTHER_SHARD);
    await deployment.ingest().ingest(SHARD, RECORDS);
    await deployment.ingest().ingest(OTHER_SHARD, RECORDS);
    await deployment.fire().drain();
    const changed = new IngestOf(changedTemperatures, deployment.ports);
    await expect(changed.ingest(SHARD, deliveries([measured(1)], 9))).rejects.toThrow(ChangedDefinitionError);
    await expect(changed.ingest(SHARD, deliveries([measured(1)], 9))).rejects.toThrow('the state was made by another definition');
    const third = 'shardId-000000000002' as typeof SHARD;
    await expect(changed.ingest(third, RECORDS)).rejects.toThrow(ChangedDefinitionError);
    expect(await deployment.commits(third)).toEqual([]);
    expect(await deployment.commits()).toHaveLength(1);
  });

  test('because it is damaged stops the shard: nothing is appended on top of it', async () => {
    const deployment = new MemoryDeployment();
    await deployment.ingest().ingest(SHARD, RECORDS);
    const [entry] = await deployment.store.read(SHARD_LOG, ORIGIN);
    const damaged = new MemoryLogStore();
    await damaged.append(
      SHARD_LOG,
      1 as Position,
      { ...entry, header: entry?.header.replace(sequenceNumber(4), sequenceNumber(2)) } as never,
    );
    await expect(deployment.ingest({ logStore: damaged }).ingest(SHARD, RECORDS)).rejects.toThrow(CorruptEntryError);
    expect((await damaged.last(SHARD_LOG))?.position).toBe(1);
  });
});
