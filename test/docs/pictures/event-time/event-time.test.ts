import { describe, expect, test } from 'vitest';
import { drawMinutes } from './draw-minutes.ts';
import { runMinutes } from './minutes.ts';

describe('the picture in docs/WATERMARKS.md', () => {
  test('shows what is in time, what is late, and what is too late', async () => {
    const arrivals = await runMinutes();
    const panes = arrivals.flatMap((arrival) => arrival.panes);
    expect(panes.map(({ start, events, timing }) => [start, events, timing])).toEqual([
      [0, 8, 'ON_TIME'],
      [0, 9, 'LATE'],
      [60, 6, 'ON_TIME'],
      [120, 5, 'ON_TIME'],
    ]);
    expect(arrivals.filter(({ isRefused }) => isRefused).map(({ happened }) => happened)).toEqual([33]);
    expect(arrivals.filter(({ happened }, index) => arrivals.slice(0, index).some((before) => before.happened > happened)).length).toBe(6);
  });

  // `npx vitest run test/docs -u` draws it again.
  test('is a drawing of what the code does', async () => {
    await expect(drawMinutes(await runMinutes())).toMatchFileSnapshot('../../../../docs/event-time.svg');
  });
});
