import fc from 'fast-check';
import type { Batch } from './engine-run.ts';
import type { Happening } from './reference-model.ts';

/** The same histories in every run, so that a change is judged by what it changed; other seeds and more runs by the environment. */
export const SEED = Number(process.env.REFERENCE_SEED ?? -1_327_648_931);
export const RUNS = Number(process.env.REFERENCE_RUNS ?? 150);
/** What a property may take, on a busy machine. */
export const TIMEOUT_MS = 60_000 * Math.max(1, RUNS / 150);

/** How far out of order events come, in ticks. */
export const BOUND = 50;

const BASE = 1_000_000;

/** How a list of events is cut into batches: what `Batch` says, and how many events. */
type Cut = Omit<Batch<Happening>, 'events'> & { readonly size: number };

const EVENTS_MAX = 60;

/** Any batching, any shard, restarts and firings anywhere. */
export const cuts: fc.Arbitrary<Cut[]> = fc.array(
  fc.record({
    size: fc.integer({ min: 1, max: 7 }),
    shard: fc.integer({ min: 0, max: 1 }),
    restart: fc.boolean(),
    fires: fc.boolean(),
  }),
  { minLength: EVENTS_MAX, maxLength: EVENTS_MAX },
);

/**
 * Events whose disorder, in whatever shards they come, stays within the bound.
 *
 * @param options.tickMs How long a tick is. Events come up to 30 ticks apart.
 */
export function eventsInBound({
  bases = [BASE, -BASE, -40],
  tickMs = 1,
}: {
  bases?: number[];
  tickMs?: number;
} = {}): fc.Arbitrary<Happening[]> {
  const steps = fc.array(
    fc.record({
      ahead: fc.integer({ min: 0, max: 30 }),
      back: fc.integer({ min: 0, max: BOUND }),
      key: fc.constantFrom('a', 'b'),
      amount: fc.integer({ min: -4, max: 9 }),
    }),
    { minLength: 1, maxLength: EVENTS_MAX },
  );
  return fc.record({ steps, base: fc.constantFrom(...bases) }).map(({ steps: all, base }) => {
    let ticks = 0;
    return all.map(({ ahead, back, key, amount }): Happening => {
      ticks += ahead;
      return { at: base + (ticks - back) * tickMs, key, amount };
    });
  });
}

/** Events far beyond the bound, so that on one shard much is late and some of it too late. The amount makes every event recognisable. */
export const lateEvents: fc.Arbitrary<Happening[]> = fc
  .array(
    fc.record({
      ahead: fc.integer({ min: 0, max: 40 }),
      back: fc.integer({ min: 0, max: 250 }),
      key: fc.constantFrom('a', 'b'),
      amount: fc.integer({ min: 0, max: 9 }),
    }),
    { minLength: 5, maxLength: 80 },
  )
  .map((steps) => {
    let clock = BASE;
    return steps.map(({ ahead, back, key, amount }, index): Happening => {
      clock += ahead;
      return { at: clock - back, key, amount: index * 10 + amount };
    });
  });

export function batchesOf(events: readonly Happening[], all: readonly Cut[]): Batch<Happening>[] {
  const batches: Batch<Happening>[] = [];
  for (let from = 0; from < events.length; ) {
    const { size, ...cut } = all[batches.length % all.length] as Cut;
    batches.push({ ...cut, events: events.slice(from, from + size) });
    from += size;
  }
  return batches;
}
