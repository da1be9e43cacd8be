import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BEGINNING_OF_TIME, type EventTime } from '../../shared/time/event-time.ts';
import { boundedOutOfOrderness } from '../../shared/watermarks/bounded-out-of-orderness.ts';
import { decideWatermark, type WatermarkFacts } from '../../shared/watermarks/decide-watermark.ts';
import type { Shard, ShardId } from '../../shared/watermarks/shard.ts';
import type { ShardProof } from '../../shared/watermarks/shard-proof.ts';
import type { ShardFacts } from '../../shared/watermarks/shard-standing.ts';
import { Random } from '../simulation/random.ts';
import { type SimulatedShard, SimulatedStream } from './simulated-stream.ts';

const BOUND_MS = 1_000;
const IDLE_MS = 2_000;
const { strategies } = boundedOutOfOrderness(BOUND_MS).buildSources();

/** One thing that happens on the stream, mostly an event, `delayMs` old when it arrives. */
interface Step {
  readonly what: 'event' | 'split' | 'merge';
  readonly waitMs: number;
  readonly shard: number;
  readonly delayMs: number;
}

const steps = (maxLength: number): fc.Arbitrary<Step[]> =>
  fc.array(
    fc.record({
      what: fc.constantFrom<Step['what'][]>('event', 'event', 'event', 'event', 'event', 'split', 'merge'),
      waitMs: fc.oneof(fc.constant(0), fc.nat(500), fc.nat(4_000)),
      shard: fc.nat(20),
      delayMs: fc.oneof(fc.constant(0), fc.constant(BOUND_MS), fc.nat(BOUND_MS)),
    }),
    { maxLength },
  );

const nothing = fc.constant<Step[]>([]);

/** A stream and what has happened on it. */
class World {
  readonly stream = new SimulatedStream(new Random(1), 2);

  happen(all: readonly Step[]): void {
    const { stream } = this;
    for (const { what, waitMs, shard, delayMs } of all) {
      stream.nowMs += waitMs;
      const { open } = stream;
      const one = open[shard % open.length] as SimulatedShard;
      const other = open[(shard + 1) % open.length] as SimulatedShard;
      if (what === 'split') stream.split(one);
      else if (what === 'merge' && one !== other) stream.merge(one, other);
      else stream.put(one, String(stream.nowMs - delayMs));
    }
  }

  /** What is known of listed shards when a part of each one's records is committed, by its place in `parts`. */
  cut(listed: readonly Shard[], parts: readonly number[]): Map<ShardId, ShardFacts> {
    return new Map(listed.map(({ id, parents }, index) => [id, this.#facts(id, parents, parts[index % parts.length] as number)]));
  }

  #facts(id: ShardId, parents: readonly ShardId[], part: number): ShardFacts {
    const shard = this.stream.shards.get(id) as SimulatedShard;
    shard.acknowledged = Math.round(shard.records.length * part);
    const committed = shard.records.slice(0, shard.acknowledged);
    const newest = committed.at(-1);
    if (newest === undefined) return { parents };
    const arrivedToMs = newest.arrivedAtMs;
    const time = Math.max(...committed.map(({ data }) => Number(data))) as EventTime;
    const arrivedFromMs = committed[0]?.arrivedAtMs ?? arrivedToMs;
    // Deliveries take a while.
    const committedAtMs = Math.min(arrivedToMs + 300, this.stream.nowMs);
    return { parents, progress: { clocks: { '*': { time, arrivedAtMs: arrivedToMs } }, arrivedFromMs, arrivedToMs, committedAtMs } };
  }

  prove(shard: ShardId): ShardProof {
    const { acknowledged, records } = this.stream.shards.get(shard) as SimulatedShard;
    return { kind: this.stream.probe(shard, records[acknowledged - 1]?.sequenceNumber).kind, provenAtMs: this.stream.nowMs };
  }

  /** The lowest time that is not committed. */
  get lowestUndelivered(): number {
    const times = [...this.stream.shards.values()].flatMap(({ records, acknowledged }) => records.slice(acknowledged));
    return Math.min(...times.map(({ data }) => Number(data)));
  }
}

const part = fc.oneof(fc.constant(1), fc.constant(1), fc.constant(0), fc.double({ min: 0, max: 1, noNaN: true }));

function factsOf(shards: Map<ShardId, ShardFacts>, dueAfterMs: number, world: World): WatermarkFacts {
  const floor = BEGINNING_OF_TIME;
  return { shards, proofs: new Map(), floor, nextDue: (world.stream.nowMs + dueAfterMs) as EventTime, nowMs: world.stream.nowMs };
}

describe.each([
  ['leaves idle shards out', IDLE_MS],
  ['holds', undefined],
])('a pipeline that %s', (_what, idleTimeoutMs) => {
  const rules = { strategies, idleTimeoutMs };

  test('never passes an event that is not delivered, be it there or yet to come', () => {
    const history = fc.record({
      before: steps(25),
      sinceTheList: fc.oneof(nothing, steps(4)),
      silentMs: fc.oneof(fc.constant(0), fc.nat(15_000)),
      sinceTheCut: fc.oneof(nothing, steps(4)),
      betweenTheProofs: steps(3),
      after: steps(6),
      parts: fc.oneof(fc.constant([1]), fc.array(part, { minLength: 1, maxLength: 6 })),
      dueAfterMs: fc.integer({ min: -20_000, max: 0 }),
    });
    let leftOut = 0;
    fc.assert(
      fc.property(history, ({ before, sinceTheList, silentMs, sinceTheCut, betweenTheProofs, after, parts, dueAfterMs }) => {
        const world = new World();
        world.happen(before);
        const listed = world.stream.list(false);
        world.happen(sinceTheList);
        const shards = world.cut(listed, parts);
        world.stream.nowMs += silentMs;
        const facts = factsOf(shards, dueAfterMs, world);
        world.happen(sinceTheCut);
        const first = decideWatermark(rules, { ...facts, nowMs: world.stream.nowMs });
        const proofs = new Map<ShardId, ShardProof>();
        for (const shard of first.probes) {
          proofs.set(shard, world.prove(shard));
          world.happen(betweenTheProofs);
        }
        const decision = decideWatermark(rules, { ...facts, proofs, nowMs: world.stream.nowMs });
        leftOut += decision.leftOut.length;
        world.happen(after);
        expect(decision.watermark).toBeLessThan(world.lowestUndelivered);
      }),
      { numRuns: 3_000 },
    );
    // Otherwise it had been easy.
    expect(leftOut).toBeGreaterThan(100);
  });
});

test('everything comes due once traffic has stopped and everything is delivered, by two looks at each generation of shards', () => {
  fc.assert(
    fc.property(steps(30), (all) => {
      const world = new World();
      world.happen(all);
      fc.pre([...world.stream.shards.values()].some(({ records }) => records.length > 0));
      const { nowMs } = world.stream;
      world.stream.nowMs += IDLE_MS + BOUND_MS + 2;
      const shards = world.cut(world.stream.list(false), [1]);
      const rules = { strategies, idleTimeoutMs: IDLE_MS };
      // As late as the newest event can be.
      const facts = { ...factsOf(shards, 0, world), nextDue: (nowMs - BOUND_MS - 1) as EventTime };
      let watermark = BEGINNING_OF_TIME;
      for (let look = 0; look < 3 && watermark < facts.nextDue; look++) {
        world.stream.nowMs += 60_000;
        const { probes } = decideWatermark(rules, { ...facts, nowMs: world.stream.nowMs });
        const proofs = new Map(probes.map((shard) => [shard, world.prove(shard)]));
        const decision = decideWatermark(rules, { ...facts, proofs, nowMs: world.stream.nowMs });
        for (const { shard, because } of decision.leftOut) {
          if (because === 'drained') shards.set(shard, { ...(shards.get(shard) as ShardFacts), isDrained: true });
        }
        ({ watermark } = decision);
      }
      expect(watermark).toBeGreaterThanOrEqual(facts.nextDue);
    }),
    { numRuns: 1_000 },
  );
});
