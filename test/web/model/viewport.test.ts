import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { Viewport } from '../../../web/model/viewport.ts';

const NOON = Date.UTC(2026, 0, 5, 12);
const MINUTE_MS = 60_000;

describe('what is seen of event time', () => {
  let viewport: Viewport;
  const place = () => (viewport.watermark - viewport.target) / viewport.spanMs;
  const come = (watermark: number, nowMs: number) => {
    viewport.show([MINUTE_MS], watermark, nowMs);
    for (let at = nowMs; viewport.move(at, false); at += 16) if (at > nowMs + 10_000) throw new Error('it never comes to rest');
  };

  beforeEach(() => {
    viewport = new Viewport();
    viewport.resize(900);
  });

  test('is nowhere before anything has come', () => {
    viewport.show([], undefined, 0);
    expect(viewport.hasTime).toBe(false);
  });

  test('has the watermark in its middle at first', () => {
    come(NOON, 0);
    expect(place()).toBeCloseTo(0.5, 9);
    expect(viewport.from).toBe(viewport.target);
    expect(viewport.pixels(viewport.spanMs)).toBeCloseTo(900, 9);
  });

  test('stands still while the watermark goes a little, and has it in sight wherever it goes', () => {
    come(NOON, 0);
    const { from } = viewport;
    come(NOON + 0.1 * viewport.spanMs, 1_000);
    expect(viewport.from).toBe(from);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -100, max: 100 }), { maxLength: 20 }), (minutes) => {
        for (const [index, each] of minutes.entries()) {
          come(NOON + each * MINUTE_MS, (index + 2) * 1_000);
          expect(place()).toBeGreaterThanOrEqual(0.04);
          expect(place()).toBeLessThanOrEqual(0.76);
          expect(viewport.from).toBe(viewport.target);
        }
      }),
    );
  });

  test('lets the watermark move evenly from picture to picture', () => {
    come(NOON, 0);
    viewport.show([MINUTE_MS], NOON + 1_000, 5_000);
    expect([5_000, 5_250, 5_500, 6_000, 9_000].map((nowMs) => viewport.watermarkAt(nowMs) - NOON)).toEqual([0, 250, 500, 1_000, 1_000]);
  });

  test('moves at once for who wants nothing to move', () => {
    come(NOON, 0);
    viewport.show([MINUTE_MS], NOON + 0.6 * viewport.spanMs, 1_000);
    expect(viewport.from).not.toBe(viewport.target);
    expect(viewport.move(1_016, true)).toBe(false);
    expect(viewport.from).toBe(viewport.target);
  });

  test('holds the watermark where it is when more time is shown, and shows no less than a 64th nor more than 64 times', () => {
    come(NOON, 0);
    const { spanMs } = viewport;
    viewport.zoom(2);
    expect(viewport.spanMs).toBeCloseTo(2 * spanMs, 3);
    expect(place()).toBeCloseTo(0.5, 9);
    for (let times = 0; times < 20; times++) viewport.zoom(2);
    expect(viewport.spanMs / spanMs).toBeCloseTo(64, 1);
  });
});
