import { describe, expect, test } from 'vitest';
import { WatermarkMovement } from '../../../functions/fire/watermark-movement.ts';
import { readingOnly } from '../../../shared/firing/firing-work.ts';
import { BEGINNING_OF_TIME, END_OF_TIME, type EventTime } from '../../../shared/time/event-time.ts';

const firing = (watermark: number, commits: number, pausedSinceMs?: number) => ({
  watermark: watermark as EventTime,
  work: readingOnly(commits),
  ...(pausedSinceMs === undefined ? {} : { pausedSinceMs }),
});

describe('the movement of a watermark', () => {
  test('is how far it went since the firing before', () => {
    const movement = new WatermarkMovement();
    expect(movement.take(firing(1_000, 1), 0)).toEqual({ advanceMs: 0, stuckMs: 0 });
    expect(movement.take(firing(61_000, 1), 60_000)).toEqual({ advanceMs: 60_000, stuckMs: 0 });
    expect(movement.take(firing(61_500, 0), 120_000)).toEqual({ advanceMs: 500, stuckMs: 0 });
  });

  test('is none while commits come and it stands still; it is stuck from the first of them to the last', () => {
    const movement = new WatermarkMovement();
    movement.take(firing(BEGINNING_OF_TIME, 0), 0);
    expect(movement.take(firing(BEGINNING_OF_TIME, 3), 60_000).stuckMs).toBe(0);
    expect(movement.take(firing(BEGINNING_OF_TIME, 3), 120_000).stuckMs).toBe(60_000);
    expect(movement.take(firing(BEGINNING_OF_TIME, 1), 960_000).stuckMs).toBe(900_000);
    // Nothing comes any more: nobody is kept waiting longer.
    expect(movement.take(firing(BEGINNING_OF_TIME, 0), 9_000_000).stuckMs).toBe(900_000);
    expect(movement.take(firing(5_000, 1), 9_060_000).stuckMs).toBe(0);
    expect(movement.take(firing(5_000, 1), 9_120_000).stuckMs).toBe(0);
  });

  test('is none while the pipeline is paused: stuck since then', () => {
    const movement = new WatermarkMovement();
    movement.take(firing(1_000, 1), 0);
    expect(movement.take(firing(1_000, 0, 30_000), 60_000)).toEqual({ advanceMs: 0, stuckMs: 30_000 });
  });

  test('ends with a drain, and is not stuck there', () => {
    const movement = new WatermarkMovement();
    movement.take(firing(1_000, 1), 0);
    expect(movement.take(firing(END_OF_TIME, 1), 60_000)).toEqual({ advanceMs: 0, stuckMs: 0 });
    for (const nowMs of [120_000, 1_200_000]) expect(movement.take(firing(END_OF_TIME, 1), nowMs).stuckMs).toBe(0);
  });

  test('leaves out that a report without a decision repeats the last epoch', () => {
    const movement = new WatermarkMovement();
    movement.take(firing(5_000, 1), 0);
    expect(movement.take(firing(4_000, 0), 60_000)).toEqual({ advanceMs: 0, stuckMs: 0 });
    expect(movement.take(firing(6_000, 1), 120_000).advanceMs).toBe(1_000);
  });
});
