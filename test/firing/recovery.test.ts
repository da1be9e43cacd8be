import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MemoryLogStore } from '../../shared/adapters/memory/memory-log-store.ts';
import { MemoryPublisher } from '../../shared/adapters/memory/memory-publisher.ts';
import { Fire } from '../../shared/firing/fire.ts';
import type { FireReport } from '../../shared/firing/fire-report.ts';
import { ExpiredLogError } from '../../shared/log/expired-log-error.ts';
import { ChangedDefinitionError } from '../../shared/evolution/changed-definition-error.ts';
import { CorruptEntryError } from '../../shared/log/frame.ts';
import { epochLog, publicationLog, shardLog } from '../../shared/log/keys.ts';
import type { Pane } from '../../shared/pipeline/pane.ts';
import { ORIGIN, type Position } from '../../shared/log/position.ts';
import type { OutputRecord, Publisher } from '../../shared/ports/publisher.ts';
import { anyMeasurement, deliveries, measured, OTHER_SHARD, SHARD } from '../fixtures/delivered-record.ts';
import { Interrupted, InterruptedStore, once } from '../fixtures/interrupted-store.ts';
import { MemoryDeployment } from '../fixtures/memory-deployment.ts';
import { changedTemperatures, type Measurement, temperatures } from '../fixtures/temperature-pipeline.ts';
import { expectedValues, publishedValues } from '../fixtures/window-values.ts';

const EPOCH_LOG = epochLog(temperatures.name);
const PUBLICATION_LOG = publicationLog(temperatures.name);

const MEASUREMENTS = [measured(1_000, 'a1', 1), measured(2_000, 'b1', 2), measured(8_000, 'a2', 3), measured(50_000, 'a1', 4)];

/** A deployment with something to fire. */
async function due(measurements: readonly Measurement[] = MEASUREMENTS) {
  const deployment = new MemoryDeployment();
  await deployment.ingest().ingest(SHARD, deliveries(measurements));
  return deployment;
}

/** Panes as a consumer has them that drops repeated ids; repeats must be the same bytes. */
/** What a report says of the pipeline: what a call did itself, and what a start would read, differs from memory to memory. */
function standing({ published: _published, work: _work, stateBytes: _stateBytes, snapshotAgeMs: _age, ...report }: FireReport) {
  return report;
}

function withoutRepeats({ records }: MemoryPublisher): string[] {
  const seen = new Map<string, string>();
  for (const { json } of records) {
    const { id } = JSON.parse(json) as Pane;
    expect(json).toBe(seen.get(id) ?? json);
    seen.set(id, json);
  }
  return [...seen.values()];
}

/** Takes some records, then fails; the next time it works. */
class FailingOnce implements Publisher {
  readonly #next: Publisher;
  readonly #taken: number;
  #failed = false;

  constructor(next: Publisher, taken: number) {
    this.#next = next;
    this.#taken = taken;
  }

  async publish(records: readonly OutputRecord[]): Promise<void> {
    if (this.#failed) return this.#next.publish(records);
    this.#failed = true;
    await this.#next.publish(records.slice(0, this.#taken));
    throw new Interrupted('while publishing');
  }
}

describe('an epoch that was appended and not published', () => {
  test.each([0, 1, 3])('is published by the next firing, byte for byte what was appended; %i panes are out twice', async (taken) => {
    for (const restarted of [true, false]) {
      const deployment = await due();
      const crashing = deployment.fire({ outputStream: new FailingOnce(deployment.output, taken) });
      await expect(crashing.fire()).rejects.toThrow(Interrupted);
      const [epoch] = await deployment.epochs();
      const appended = epoch?.panes.map((pane) => JSON.stringify(pane)) as string[];
      expect(appended.length).toBeGreaterThan(3);
      expect(deployment.output.records).toHaveLength(taken);

      // Other events have come, and time has passed; what stands in the epoch leaves as it stands.
      deployment.nowMs += 60_000;
      await deployment.ingest().ingest(SHARD, deliveries([measured(49_000, 'a1', 100)], 5));
      const report = await (restarted ? deployment.fire() : crashing).fire();
      expect(report.published).toBe(appended.length);
      expect(deployment.output.records.map(({ json }) => json)).toEqual([...appended.slice(0, taken), ...appended]);
      expect(await deployment.epochs()).toHaveLength(1);
    }
  });

  test('is published before the next one is appended', async () => {
    const deployment = await due();
    await expect(deployment.fire({ outputStream: new FailingOnce(deployment.output, 0) }).fire()).rejects.toThrow(Interrupted);
    await deployment.ingest().ingest(SHARD, deliveries([measured(150_000)], 5));
    const stuck = deployment.fire({ outputStream: new FailingOnce(deployment.output, 0) });
    await expect(stuck.fire()).rejects.toThrow(Interrupted);
    expect(await deployment.epochs()).toHaveLength(1);
    await deployment.fire().fire();
    expect(await deployment.epochs()).toHaveLength(2);
    const panes = (await deployment.epochs()).flatMap((epoch) => epoch.panes.map((pane) => JSON.stringify(pane)));
    expect(withoutRepeats(deployment.output)).toEqual(panes);
  });

  test('because its append was never answered leaves once', async () => {
    const deployment = await due();
    const crashing = deployment.fire({ logStore: new InterruptedStore(deployment.store, once(`append ${EPOCH_LOG}`, 'after')) });
    await expect(crashing.fire()).rejects.toThrow(Interrupted);
    expect(deployment.output.records).toEqual([]);
    await crashing.fire();
    const [epoch, ...others] = await deployment.epochs();
    expect(others).toEqual([]);
    expect(deployment.output.records.map(({ json }) => json)).toEqual(epoch?.panes.map((pane) => JSON.stringify(pane)));
  });

  test('whose append did not arrive is appended by the next firing, with the same panes', async () => {
    const deployment = await due();
    const crashing = deployment.fire({ logStore: new InterruptedStore(deployment.store, once(`append ${EPOCH_LOG}`, 'before')) });
    await expect(crashing.fire()).rejects.toThrow(Interrupted);
    expect(await deployment.epochs()).toEqual([]);
    await crashing.fire();
    const calm = await due();
    await calm.fire().fire();
    expect(deployment.output.records).toEqual(calm.output.records);
  });

  test('publishes its refusals again, too', async () => {
    const deployment = await due();
    const ingest = deployment.ingest();
    await deployment.fire().drain();
    await ingest.ingest(SHARD, deliveries([measured(60_000)], 5));
    await expect(deployment.fire({ sideStream: new FailingOnce(deployment.side, 1) }).fire()).rejects.toThrow(Interrupted);
    await deployment.fire().fire();
    const refusals = (await deployment.epochs()).flatMap((epoch) => epoch.refusals.map((refusal) => JSON.stringify(refusal)));
    expect(refusals).toHaveLength(2);
    expect(deployment.side.records.map(({ json }) => json)).toEqual([refusals[0], ...refusals]);
  });
});

describe('an epoch that was published and not marked', () => {
  test.each(['before', 'after'] as const)(
    'because the mark failed %s it arrived is at most repeated, byte for byte, and then marked',
    async (when) => {
      const deployment = await due();
      const crashing = deployment.fire({ logStore: new InterruptedStore(deployment.store, once(`append ${PUBLICATION_LOG}`, when)) });
      await expect(crashing.fire()).rejects.toThrow(Interrupted);
      const out = deployment.output.records.map(({ json }) => json);
      const report = await deployment.fire().fire();
      expect(report.published).toBe(when === 'before' ? out.length : 0);
      expect(withoutRepeats(deployment.output)).toEqual(out);
      await deployment.fire().fire();
      expect(deployment.output.records).toHaveLength(when === 'before' ? 2 * out.length : out.length);
      expect((await deployment.store.last(PUBLICATION_LOG))?.position).toBe(1);
    },
  );

  test('a published one is not published again', async () => {
    const deployment = await due();
    await deployment.fire().fire();
    const out = deployment.output.records.length;
    await deployment.fire().fire();
    expect(deployment.output.records).toHaveLength(out);
  });
});

describe('several firings at once', () => {
  test.each([2, 5])('by %i functions: each pane is in one epoch, and the output without repeats is that of one', async (functions) => {
    const deployment = await due();
    const ingest = deployment.ingest();
    const fires = Array.from({ length: functions }, () => deployment.fire());
    for (const [index, at] of [120_000, 125_000, 130_000, 290_000].entries()) {
      await Promise.all(fires.map((fire) => fire.fire()));
      await ingest.ingest(SHARD, deliveries([measured(at)], 5 + index));
    }
    await Promise.all(fires.map((fire) => fire.fire()));

    const panes = (await deployment.epochs()).flatMap((epoch) => epoch.panes);
    expect(new Set(panes.map(({ id }) => id)).size).toBe(panes.length);
    expect(withoutRepeats(deployment.output)).toEqual(panes.map((pane) => JSON.stringify(pane)));
    expect(publishedValues(panes)).toEqual(expectedValues([...MEASUREMENTS, measured(120_000), measured(125_000), measured(130_000)]));
  });

  test('that have read the logs up to different ends publish what the epoch says, and nothing else', async () => {
    const deployment = await due();
    const ingest = deployment.ingest();
    const faster = deployment.fire();
    const { store } = deployment;
    let overtaken = false;
    const slower = deployment.fire({
      logStore: {
        last: async (log) => store.last(log),
        read: async (log, after) => store.read(log, after),
        append: async (log, position, entry) => {
          if (log === EPOCH_LOG && !overtaken) {
            overtaken = true;
            // One more event for a window that is about to fire, which the slower one has not read.
            await ingest.ingest(SHARD, deliveries([measured(3_000, 'a1', 100)], 5));
            await faster.fire();
          }
          return store.append(log, position, entry);
        },
      },
    });
    await slower.fire();
    const epochs = await deployment.epochs();
    expect(epochs).toHaveLength(1);
    expect(withoutRepeats(deployment.output)).toEqual(epochs.flatMap(({ panes }) => panes.map((pane) => JSON.stringify(pane))));
    expect(epochs[0]?.panes.find(({ id }) => id === 'temperatures:sensors:0-10000:a1:0')).toMatchObject({ count: 2 });
  });

  test('of one function take turns: no commit is taken in twice', async () => {
    const deployment = await due();
    const fire = deployment.fire();
    await fire.fire();
    await deployment.ingest().ingest(SHARD, deliveries([measured(51_000, 'a1', 5), measured(52_000, 'a1', 6), measured(200_000)], 5));
    await Promise.all([fire.fire(), fire.fire(), fire.drain()]);
    expect(publishedValues(deployment.panes)).toEqual(
      expectedValues([...MEASUREMENTS, measured(51_000, 'a1', 5), measured(52_000, 'a1', 6), measured(200_000)]),
    );
    expect((await fire.fire()).counts.read).toBe(7);
  });

  test('of one function: one that fails does not fail the next', async () => {
    const deployment = await due();
    const fire = deployment.fire({ outputStream: new FailingOnce(deployment.output, 0) });
    const [first, second] = await Promise.allSettled([fire.fire(), fire.fire()]);
    expect(first).toMatchObject({ status: 'rejected' });
    expect(second).toMatchObject({ status: 'fulfilled', value: { epoch: 1 } });
  });
});

/** A step of a history: events of one shard, then perhaps a firing. */
const step = fc.record({
  shard: fc.constantFrom(SHARD, OTHER_SHARD),
  batch: fc.array(anyMeasurement, { minLength: 1, maxLength: 6 }),
  // Time goes on from step to step, so that windows open and close all along.
  advanceMs: fc.integer({ min: 0, max: 40_000 }),
  fires: fc.integer({ min: 0, max: 2 }),
});

describe('a function that starts from the logs', () => {
  test('at any time gives the same epochs as one that never stopped', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 20 }), async (steps) => {
        const steady = new MemoryDeployment(SHARD, OTHER_SHARD);
        const restarted = new MemoryDeployment(SHARD, OTHER_SHARD);
        const fire = steady.fire();
        // One that is warm, though others have fired in between.
        const outpaced = restarted.fire();
        const ingest = { steady: steady.ingest(), restarted: restarted.ingest() };
        const numbers: Record<string, number> = { [SHARD]: 1, [OTHER_SHARD]: 1 };
        let shiftMs = 0;
        for (const [index, { shard, batch, advanceMs, fires }] of steps.entries()) {
          shiftMs += advanceMs;
          const records = deliveries(
            batch.map((measurement) => ({ ...measurement, at: measurement.at + shiftMs })),
            numbers[shard],
          );
          numbers[shard] = (numbers[shard] as number) + batch.length;
          await ingest.steady.ingest(shard, records);
          await ingest.restarted.ingest(shard, records);
          for (let time = 0; time < fires; time++) {
            const report = await fire.fire();
            const again = await (index % 4 === 3 ? outpaced : restarted.fire()).fire();
            expect(standing(again)).toEqual(standing(report));
          }
        }
        await fire.drain();
        await restarted.fire().drain();
        const withoutTimes = (epochs: Awaited<ReturnType<MemoryDeployment['epochs']>>) =>
          epochs.map((epoch) => ({ ...epoch, firedAtMs: 0 }));
        expect(withoutTimes(await restarted.epochs())).toEqual(withoutTimes(await steady.epochs()));
        expect(restarted.output.records).toEqual(steady.output.records);
        expect(restarted.side.records.map(({ json }) => json)).toEqual(steady.side.records.map(({ json }) => json));
      }),
      { numRuns: 60 },
    );
  });

  test('reads only what the windows still open need', async () => {
    const deployment = new MemoryDeployment();
    const ingest = deployment.ingest();
    const fire = deployment.fire();
    for (let index = 0; index < 50; index++) {
      await ingest.ingest(SHARD, deliveries([measured(index * 60_000 + 10_000), measured(index * 60_000 + 30_000)], 1 + 2 * index));
      await fire.fire();
    }
    expect((await deployment.epochs()).length).toBeGreaterThan(40);
    const store = new InterruptedStore(deployment.store);
    await deployment.fire({ logStore: store }).fire();
    const from = store.calls
      .filter((call) => call.startsWith(`read ${shardLog(temperatures.name, SHARD)}`))
      .map((call) => Number(call.split(' ')[2]));
    expect(Math.min(...from)).toBeGreaterThan(40);
    const epochsFrom = store.calls.filter((call) => call.startsWith(`read ${EPOCH_LOG}`)).map((call) => Number(call.split(' ')[2]));
    expect(Math.min(...epochsFrom)).toBeGreaterThan(40);
  });
});

describe('state that cannot be used', () => {
  test('of another definition is refused, be it an epoch or a commit, and nothing is written', async () => {
    const deployment = await due();
    const changed = new Fire(changedTemperatures, deployment.ports);
    await expect(changed.fire()).rejects.toThrow(ChangedDefinitionError);
    await expect(changed.fire()).rejects.toThrow('windows.buildings: was tumbling(60000, offset 7000), is gone');
    expect(await deployment.epochs()).toEqual([]);
    await deployment.fire().fire();
    await expect(new Fire(changedTemperatures, deployment.ports).drain()).rejects.toThrow(ChangedDefinitionError);
    expect(await deployment.epochs()).toHaveLength(1);
  });

  test('is finished by the definition that made it', async () => {
    const deployment = await due();
    await expect(new Fire(changedTemperatures, deployment.ports).fire()).rejects.toThrow(ChangedDefinitionError);
    await deployment.fire().drain();
    expect(publishedValues(deployment.panes)).toEqual(expectedValues(MEASUREMENTS));
  });

  test.each(['commit', 'epoch'])('because a %s is damaged stops firing, and nothing wrong is published', async (what) => {
    const deployment = await due();
    await deployment.fire().fire();
    await deployment.ingest().ingest(SHARD, deliveries([measured(150_000)], 5));
    const damaged = new MemoryLogStore();
    for (const log of deployment.store.names) {
      for (const entry of await deployment.store.read(log, ORIGIN)) {
        const hit =
          log === (what === 'epoch' ? EPOCH_LOG : shardLog(temperatures.name, SHARD)) && entry.position === (what === 'epoch' ? 1 : 2);
        const payload = hit ? entry.payload.with(entry.payload.length - 1, (entry.payload.at(-1) as number) ^ 0x10) : entry.payload;
        await damaged.append(log, entry.position, { header: entry.header, payload });
      }
    }
    const out = deployment.output.records.length;
    await expect(deployment.fire({ logStore: damaged }).fire()).rejects.toThrow(CorruptEntryError);
    await expect(deployment.fire({ logStore: damaged }).drain()).rejects.toThrow(CorruptEntryError);
    expect(deployment.output.records).toHaveLength(out);
    expect(await damaged.read(EPOCH_LOG, 1 as Position)).toEqual([]);
  });

  test.each([
    ['commits', shardLog(temperatures.name, SHARD), 'commit 1 of shardId-000000000000'],
    ['epochs', EPOCH_LOG, 'epoch 1'],
  ])('because %s that open windows need have expired is reported, with what to do', async (_what, log, needed) => {
    const deployment = new MemoryDeployment();
    const ingest = deployment.ingest();
    // The minute stays open while ten seconds after ten seconds fire.
    for (let index = 0; index < 6; index++) {
      await ingest.ingest(SHARD, deliveries([measured(index * 10_000 + 8_000)], 1 + index));
      await deployment.fire().fire();
    }
    expect((await deployment.epochs()).length).toBeGreaterThan(2);
    deployment.store.trim(log, Number.POSITIVE_INFINITY as Position);
    const firing = deployment.fire().fire();
    await expect(firing).rejects.toThrow(ExpiredLogError);
    await expect(deployment.fire().drain()).rejects.toThrow(`pipeline 'temperatures': ${needed} is needed for windows that are still open`);
    await expect(deployment.fire().fire()).rejects.toThrow('Let fire run far more often than log items expire');
  });

  test('has not expired when no window needs it any more', async () => {
    const deployment = await due([measured(1_000), measured(500_000)]);
    const ingest = deployment.ingest();
    await deployment.fire().drain();
    for (const log of deployment.store.names) deployment.store.trim(log, Number.POSITIVE_INFINITY as Position);
    await ingest.ingest(SHARD, deliveries([measured(600_000)], 3));
    expect(await deployment.fire().fire()).toMatchObject({ epoch: 2, lateByWindow: { sensors: 1, buildings: 1 } });
  });
});
