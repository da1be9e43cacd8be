import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson } from '../../shared/aggregates/canonical-json.ts';
import { collect } from '../../shared/aggregates/collect.ts';
import { where } from '../../shared/aggregates/where.ts';
import { expectLaws, foldAll, resultOf, type Timed } from '../fixtures/aggregate-laws.ts';

const timed = fc.tuple(fc.integer({ min: -3, max: 3 }), fc.oneof(fc.integer({ min: 0, max: 5 }), fc.jsonValue()));

describe('collect', () => {
  test('keeps the earliest, in the order of event time and then of their JSON, and counts the others', () => {
    fc.assert(
      fc.property(fc.array(timed, { minLength: 1 }), fc.integer({ min: 1, max: 8 }), (events, limit) => {
        const text = ([, event]: Timed<unknown>) => canonicalJson(event, 10_000);
        const sorted = events.toSorted((a, b) => a[0] - b[0] || (text(a) < text(b) ? -1 : text(a) > text(b) ? 1 : 0));
        const collected = resultOf(collect({ limit }), events);
        expect(collected.events.map((event) => canonicalJson(event, 10_000))).toEqual(sorted.slice(0, limit).map(text));
        expect(collected.omitted).toBe(Math.max(0, events.length - limit));
      }),
    );
  });

  test('may take a part of each event, and stand behind a condition', () => {
    const events: Timed<{ id: number; body: string }>[] = [
      [2, { id: 2, body: 'b' }],
      [1, { id: 1, body: 'a' }],
      [3, { id: 3, body: 'c' }],
    ];
    expect(resultOf(collect({ limit: 2, of: ({ body }: { body: string }) => body }), events)).toEqual({ events: ['a', 'b'], omitted: 1 });
    const odd = where(({ id }: { id: number }) => id % 2 === 1, collect<{ id: number }, number>({ limit: 1, of: ({ id }) => id }));
    expect(resultOf(odd, events)).toEqual({ events: [1], omitted: 1 });
  });

  test('keeps the laws', () => {
    expectLaws(collect({ limit: 4 }), timed);
    expectLaws(
      where((event: unknown) => typeof event === 'number', collect({ limit: 2 })),
      timed,
    );
  });

  test('refuses an event that is too long, and takes hostile names for names', () => {
    expect(() => foldAll(collect({ limit: 1 }), [[0, 'x'.repeat(8_191)]])).toThrow('needed: a JSON value of at most 8192 characters');
    const hostile: unknown = JSON.parse('{"__proto__":{"polluted":1}}');
    expect(JSON.stringify(resultOf(collect({ limit: 1 }), [[0, hostile]]))).toBe('{"events":[{"__proto__":{"polluted":1}}],"omitted":0}');
  });
});
