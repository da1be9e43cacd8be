import { describe, expect, test } from 'vitest';
import { BEGINNING_OF_TIME, type EventTime } from '../../shared/time/event-time.ts';
import { boundedOutOfOrderness } from '../../shared/watermarks/bounded-out-of-orderness.ts';
import { decideWatermark, type WatermarkFacts } from '../../shared/watermarks/decide-watermark.ts';
import { perSource } from '../../shared/watermarks/per-source.ts';
import type { ShardId } from '../../shared/watermarks/shard.ts';
import type { ShardProof, ShardProofKind } from '../../shared/watermarks/shard-proof.ts';
import type { ShardFacts } from '../../shared/watermarks/shard-standing.ts';
import type { SourceClocks } from '../../shared/watermarks/source-clock.ts';

const IDLE_MS = 30_000;
const { strategies } = boundedOutOfOrderness(9).buildSources();
const RULES = { strategies, idleTimeoutMs: IDLE_MS };
const HOLD = { strategies, idleTimeoutMs: undefined };

/** What is known of shards by name; `a`'s children name it as their parent. */
type Shards = Record<string, ShardFacts>;

/** A shard whose newest record, the one with the clock, arrived and was committed at a moment. */
function delivered(time: number, atMs: number, parents: readonly string[] = []): ShardFacts {
  return progressed({ '*': { time: time as EventTime, arrivedAtMs: atMs } }, atMs, parents);
}

function progressed(clocks: SourceClocks, atMs: number, parents: readonly string[] = [], fromMs = 0): ShardFacts {
  return { parents: parents as ShardId[], progress: { clocks, arrivedFromMs: fromMs, arrivedToMs: atMs, committedAtMs: atMs } };
}

const undelivered = (...parents: readonly string[]): ShardFacts => ({ parents: parents as ShardId[] });

function facts(
  shards: Shards,
  others: Partial<Omit<WatermarkFacts, 'shards' | 'proofs'>> & { proofs?: Record<string, ShardProof> } = {},
): WatermarkFacts {
  return {
    floor: BEGINNING_OF_TIME,
    nextDue: 10_000 as EventTime,
    nowMs: 100_000,
    ...others,
    shards: new Map(Object.entries(shards) as [ShardId, ShardFacts][]),
    proofs: new Map(Object.entries(others.proofs ?? {}) as [ShardId, ShardProof][]),
  };
}

const proven = (kind: ShardProofKind, provenAtMs = 90_000): ShardProof => ({ kind, provenAtMs });

describe('the watermark', () => {
  test('is the minimum over the shards, less the bound', () => {
    const decision = decideWatermark(RULES, facts({ a: delivered(5_000, 90_000), b: delivered(4_000, 90_000) }));
    expect(decision).toEqual({ watermark: 3_990, heldBackBy: { shard: 'b', source: '*' }, leftOut: [], idleForMs: undefined, probes: [] });
  });

  test('never falls below that of the last epoch', () => {
    expect(decideWatermark(RULES, facts({ a: delivered(5_000, 90_000) }, { floor: 7_000 as EventTime })).watermark).toBe(7_000);
  });

  test('does not move while a shard has delivered nothing, or none is known', () => {
    expect(decideWatermark(RULES, facts({ a: delivered(5_000, 90_000), b: undelivered() })).watermark).toBe(BEGINNING_OF_TIME);
    expect(decideWatermark(RULES, facts({})).watermark).toBe(BEGINNING_OF_TIME);
  });
});

describe('a silent shard', () => {
  const shards = { a: delivered(20_000, 99_000), b: delivered(4_000, 50_000) };

  test('is asked about when it alone holds back what is due', () => {
    expect(decideWatermark(RULES, facts(shards)).probes).toEqual(['b']);
  });

  test.each<[string, Shards, Parameters<typeof facts>[1], boolean]>([
    ['nothing is due', shards, { nextDue: undefined }, false],
    ['another shard holds it back, too', { ...shards, c: delivered(4_000, 99_000) }, {}, false],
    ['what is due is beyond all', shards, { nextDue: 20_000 as EventTime }, false],
    ['it was not silent for long enough', shards, { nowMs: 50_000 + IDLE_MS - 1 }, false],
    ['it was silent for just long enough', shards, { nowMs: 50_000 + IDLE_MS }, true],
    ['it was asked, and lags', shards, { proofs: { b: proven('records') } }, false],
  ])('is asked about, or not, when %s', (_when, known, others, isAsked) => {
    expect(decideWatermark(RULES, facts(known, others)).probes).toEqual(isAsked ? ['b'] : []);
  });

  test('is never asked about by a pipeline that holds', () => {
    expect(decideWatermark(HOLD, facts(shards)).probes).toEqual([]);
  });

  test('is left out when it is proven to be empty, and the decision says so', () => {
    expect(decideWatermark(RULES, facts(shards, { proofs: { b: proven('empty') } }))).toMatchObject({
      watermark: 19_990,
      heldBackBy: { shard: 'a' },
      leftOut: [{ shard: 'b', because: 'idle', provenAtMs: 90_000 }],
      idleForMs: undefined,
    });
  });

  test.each<ShardProofKind>(['records', 'unknown', 'ended'])('stays when the answer is: %s', (kind) => {
    expect(decideWatermark(RULES, facts(shards, { proofs: { b: proven(kind) } }))).toMatchObject({ watermark: 3_990, leftOut: [] });
  });

  test('that never had an event is silent since the first record of the pipeline', () => {
    const known = { a: progressed({ '*': { time: 20_000 as EventTime, arrivedAtMs: 99_000 } }, 99_000, [], 80_000), b: undelivered() };
    expect(decideWatermark(RULES, facts(known, { nowMs: 109_999 })).probes).toEqual([]);
    expect(decideWatermark(RULES, facts(known, { nowMs: 110_000 })).probes).toEqual(['b']);
  });
});

describe('when every shard is silent', () => {
  const shards = { a: delivered(5_000, 50_000), b: delivered(4_000, 40_000) };

  test('all are asked about as soon as time alone would reach what is due', () => {
    const probesAt = (nowMs: number) => decideWatermark(RULES, facts(shards, { nextDue: 44_990 as EventTime, nowMs })).probes;
    expect(probesAt(89_999)).toEqual([]);
    expect(probesAt(90_000)).toEqual(['a', 'b']);
  });

  test('the watermark goes on from the highest clock, from the newest commit to the earliest of the proofs, not to now', () => {
    const proofs = { a: proven('empty', 92_000), b: proven('empty', 91_000) };
    expect(decideWatermark(RULES, facts(shards, { proofs, nowMs: 1e12 }))).toMatchObject({
      watermark: 5_000 + (91_000 - 50_000) - 10,
      heldBackBy: undefined,
      idleForMs: 41_000,
    });
  });

  test('a clock that stepped back moves nothing', () => {
    const proofs = { a: proven('empty', 10_000), b: proven('empty', 10_000) };
    expect(decideWatermark(RULES, facts(shards, { proofs }))).toMatchObject({ watermark: 4_990, idleForMs: 0 });
  });

  test('one that cannot be proven to be idle still holds', () => {
    const proofs = { a: proven('empty'), b: proven('records') };
    expect(decideWatermark(RULES, facts(shards, { proofs }))).toMatchObject({ watermark: 3_990, heldBackBy: { shard: 'b' } });
  });
});

describe('a reshard', () => {
  test('a child without a commit stands at its parent, and where there are two at the slower one', () => {
    const shards = { a: { ...delivered(5_000, 90_000), isDrained: true }, b: undelivered('a') };
    expect(decideWatermark(RULES, facts(shards))).toMatchObject({ watermark: 4_990, heldBackBy: { shard: 'b' } });
    const merged = { ...shards, c: { ...delivered(3_000, 90_000), isDrained: true }, d: undelivered('a', 'c') };
    expect(decideWatermark(RULES, facts(merged))).toMatchObject({ watermark: 2_990, heldBackBy: { shard: 'd' } });
  });

  test('a child of a child that never delivered stands at its grandparent', () => {
    const shards = {
      a: { ...delivered(5_000, 90_000), isDrained: true },
      b: { ...undelivered('a'), isDrained: true },
      c: undelivered('b'),
    };
    expect(decideWatermark(RULES, facts(shards)).watermark).toBe(4_990);
  });

  test('a parent counts while its child is ahead, and is asked about at once, also by a pipeline that holds', () => {
    const shards = { a: delivered(5_000, 99_000), b: delivered(20_000, 99_000, ['a']) };
    for (const rules of [RULES, HOLD]) {
      expect(decideWatermark(rules, facts(shards))).toMatchObject({ watermark: 4_990, probes: ['a'] });
    }
  });

  test.each<ShardProofKind>(['ended', 'gone'])('a parent that has %s leaves for good once a child is known', (kind) => {
    const shards = { a: delivered(5_000, 99_000), b: delivered(20_000, 99_000, ['a']) };
    expect(decideWatermark(RULES, facts(shards, { proofs: { a: proven(kind) } }))).toMatchObject({
      watermark: 19_990,
      leftOut: [{ shard: 'a', because: 'drained' }],
    });
  });

  test('a closed shard whose children are not known yet holds, however long it is silent', () => {
    const shards = { a: delivered(5_000, 10_000), b: delivered(20_000, 99_000) };
    expect(decideWatermark(RULES, facts(shards, { proofs: { a: proven('ended') } }))).toMatchObject({ watermark: 4_990, leftOut: [] });
  });

  test('a parent that is merely empty for now is not drained', () => {
    const shards = { a: delivered(5_000, 99_000), b: delivered(20_000, 99_000, ['a']) };
    expect(decideWatermark(RULES, facts(shards, { proofs: { a: proven('empty') } }))).toMatchObject({ watermark: 4_990, leftOut: [] });
  });

  test('a parent that nobody knows any more holds nothing', () => {
    expect(decideWatermark(RULES, facts({ b: delivered(20_000, 99_000, ['forgotten']) })).watermark).toBe(19_990);
  });
});

describe('several sources', () => {
  const sources = perSource(() => '', { fast: boundedOutOfOrderness(9), slow: boundedOutOfOrderness(999) }).buildSources();
  const rules = { strategies: sources.strategies, idleTimeoutMs: IDLE_MS };
  const clock = (time: number, arrivedAtMs: number) => ({ time: time as EventTime, arrivedAtMs });

  test('the slowest channel counts, and is named', () => {
    const shards = { a: progressed({ fast: clock(50_000, 90_000), slow: clock(50_500, 90_000) }, 90_000) };
    expect(decideWatermark(rules, facts(shards))).toMatchObject({ watermark: 49_500, heldBackBy: { shard: 'a', source: 'slow' } });
  });

  test('one that a shard has not delivered holds for the idle timeout, in the time of arrivals', () => {
    const shards = (toMs: number) => ({ a: progressed({ fast: clock(50_000, toMs) }, toMs, [], 60_000) });
    expect(decideWatermark(rules, facts(shards(89_999))).watermark).toBe(BEGINNING_OF_TIME);
    expect(decideWatermark(rules, facts(shards(90_000))).watermark).toBe(49_000);
    expect(decideWatermark({ ...rules, idleTimeoutMs: undefined }, facts(shards(90_000))).watermark).toBe(BEGINNING_OF_TIME);
  });

  test('one that falls silent on a shard that goes on delivering is carried on by the arrivals', () => {
    const shards = (toMs: number) => ({ a: progressed({ fast: clock(90_000, toMs), slow: clock(50_000, 60_000) }, toMs) });
    expect(decideWatermark(rules, facts(shards(89_999))).watermark).toBe(49_000);
    expect(decideWatermark(rules, facts(shards(90_000))).watermark).toBe(79_000);
    expect(decideWatermark({ ...rules, idleTimeoutMs: undefined }, facts(shards(90_000))).watermark).toBe(49_000);
  });

  test('one that nobody has delivered holds back time without traffic by its bound', () => {
    const shards = { a: progressed({ fast: clock(50_000, 60_000) }, 60_000, [], 60_000) };
    expect(decideWatermark(rules, facts(shards, { proofs: { a: proven('empty', 91_000) } })).watermark).toBe(50_000 + 31_000 - 1_000);
  });

  test('one that has delivered, but no marker yet, holds', () => {
    const shards = { a: progressed({ fast: clock(50_000, 90_000), slow: { arrivedAtMs: 60_000 } }, 90_000) };
    expect(decideWatermark(rules, facts(shards)).watermark).toBe(BEGINNING_OF_TIME);
  });
});
