import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RepeatFilter } from '../../shared/consumer/drop-repeats.ts';
import type { PaneTurn } from '../../shared/consumer/pane-turn.ts';
import { ProcessMemory } from '../../shared/consumer/process-memory.ts';
import { Random } from '../simulation/random.ts';
import { OutputStream, type StreamPane } from './output-stream.ts';

const idOf = ({ pipeline, epoch }: StreamPane) => `${pipeline} ${epoch.position} ${epoch.index}`;

/** What became of one batch. `again`: it is delivered once more. */
type Handling = (turn: PaneTurn<StreamPane>, consumer: Consumer) => Promise<'done' | 'again'>;

interface Consumer {
  readonly random: Random;
  /** Survives everything. */
  readonly memory: ProcessMemory;
  /** What has taken effect, in this order. */
  readonly effects: StreamPane[];
  /** Panes whose handling was cut off. */
  readonly interrupted: Set<string>;
  readonly opens: 'open' | 'claim';
}

/** Delivers every shard to its end, parents before their children, in batches that are cut anew every time, to consumers that die. */
async function consume(stream: OutputStream, consumer: Consumer, handle: Handling): Promise<void> {
  const { random, memory } = consumer;
  const start = () => new RepeatFilter<StreamPane>({ memory, shards: stream });
  let filter = start();
  // Parents stand before their children.
  for (const { id, panes } of stream.shards) {
    for (let from = 0; from < panes.length; ) {
      const to = Math.min(panes.length, from + 1 + random.below(12));
      const turn = await filter[consumer.opens](id, panes.slice(from, to));
      if ((await handle(turn, consumer)) === 'done') from = to;
      else if (random.chance(0.7)) filter = start();
    }
  }
}

/** A stream, everything that was fired to it, and a consumer without memories. */
function begin(seed: number, opens: Consumer['opens'] = 'open') {
  const random = new Random(seed);
  const stream = new OutputStream(random);
  const fired = [...stream.fire('orders', 12), ...stream.fire('returns', 4)];
  const consumer: Consumer = { random, memory: new ProcessMemory(), effects: [], interrupted: new Set(), opens };
  return { stream, fired: fired.map(idOf).sort(), consumer };
}

async function check(history: (seed: number) => Promise<void>): Promise<void> {
  await fc.assert(fc.asyncProperty(fc.nat(), history), { numRuns: 300 });
}

describe('panes that are published again, across crashes and reshards, on both sides of the stream', { timeout: 60_000 }, () => {
  test('take effect exactly once, epoch by epoch, when they are noted in one transaction with the effect', async () => {
    let repeats = 0;
    let refused = 0;
    await check(async (seed) => {
      const { stream, fired, consumer } = begin(seed);
      const zombies: PaneTurn<StreamPane>[] = [];
      const commit = async (turn: PaneTurn<StreamPane>, handled: number) => {
        if (handled === 0 || (await consumer.memory.write(turn.change(handled))) === 'conflict') return false;
        consumer.effects.push(...turn.fresh.slice(0, handled));
        return true;
      };
      await consume(stream, consumer, async (turn, { random }) => {
        repeats += turn.isFresh.filter((isFresh) => !isFresh).length;
        if (random.chance(0.2)) {
          zombies.push(turn);
          return 'again';
        }
        // Of those that were given up one wakes up; it may even be first.
        const zombie = random.chance(0.2) ? zombies.pop() : undefined;
        if (zombie !== undefined && !(await commit(zombie, zombie.fresh.length))) refused++;
        const handled = random.chance(0.2) ? random.below(turn.fresh.length + 1) : turn.fresh.length;
        const committed = handled === 0 || (await commit(turn, handled));
        // The answer may be lost, and then nobody knows.
        return committed && handled === turn.fresh.length && !random.chance(0.2) ? 'done' : 'again';
      });
      expect(consumer.effects.map(idOf).sort()).toEqual(fired);
      for (const [, ofKey] of Map.groupBy(consumer.effects, ({ pipeline, bucket }) => `${pipeline} ${bucket}`)) {
        const epochs = ofKey.map(({ epoch }) => epoch.position);
        expect(epochs).toEqual(epochs.toSorted((a, b) => a - b));
      }
    });
    expect(repeats).toBeGreaterThan(10_000);
    expect(refused).toBeGreaterThan(100);
  });

  test('take effect at least once when they are noted after it, and twice only when that was cut off', async () => {
    let doubled = 0;
    await check(async (seed) => {
      const { stream, fired, consumer } = begin(seed);
      await consume(stream, consumer, async (turn, { random, effects, interrupted }) => {
        if (random.chance(0.1)) return 'again';
        const handled = random.chance(0.2) ? random.below(turn.fresh.length + 1) : turn.fresh.length;
        effects.push(...turn.fresh.slice(0, handled));
        if (random.chance(0.1)) {
          for (const pane of turn.fresh.slice(0, handled)) interrupted.add(idOf(pane));
          return 'again';
        }
        await turn.settle(handled);
        return handled === turn.fresh.length ? 'done' : 'again';
      });
      const ids = consumer.effects.map(idOf);
      expect([...new Set(ids)].sort()).toEqual(fired);
      expect(ids.filter((id) => !consumer.interrupted.has(id)).sort()).toEqual(fired.filter((id) => !consumer.interrupted.has(id)));
      doubled += ids.length - fired.length;
    });
    expect(doubled).toBeGreaterThan(100);
  });

  test('take effect at most once when they are noted before it, and never only when that was cut off', async () => {
    let lost = 0;
    await check(async (seed) => {
      const { stream, fired, consumer } = begin(seed, 'claim');
      await consume(stream, consumer, async (turn, { random, effects, interrupted }) => {
        if (random.chance(0.1)) {
          for (const pane of turn.fresh) interrupted.add(idOf(pane));
          return 'again';
        }
        effects.push(...turn.fresh);
        return 'done';
      });
      expect(consumer.effects.map(idOf).sort()).toEqual(fired.filter((id) => !consumer.interrupted.has(id)));
      lost += consumer.interrupted.size;
    });
    expect(lost).toBeGreaterThan(100);
  });

  test('take effect exactly once in memory alone, while the process lives', async () => {
    await check(async (seed) => {
      const { stream, fired, consumer } = begin(seed);
      await consume(stream, consumer, async (turn, { effects }) => {
        effects.push(...turn.fresh);
        await turn.settle();
        return 'done';
      });
      expect(consumer.effects.map(idOf).sort()).toEqual(fired);
    });
  });
});
