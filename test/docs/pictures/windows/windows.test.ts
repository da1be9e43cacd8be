import { describe, expect, test } from 'vitest';
import { drawShapes } from './draw-shapes.ts';
import { EVENTS, KINDS, runShapes } from './shapes.ts';

describe('the picture in docs/WINDOWS.md', () => {
  test('has every event in each kind of window as often as it belongs there', async () => {
    const shapes = await runShapes();
    const held = (name: string) => shapes.filter(({ window }) => window === name).reduce((sum, { events }) => sum + events, 0);
    expect(KINDS.map(({ name }) => held(name) / EVENTS.length)).toEqual([1, 2, 1, 1, 1]);
    for (const { start, end, events } of shapes) expect(EVENTS.filter((second) => start <= second && second < end)).toHaveLength(events);
  });

  // `npx vitest run test/docs -u` draws it again.
  test('is a drawing of what the code does', async () => {
    expect(new Set((await runShapes()).map(({ window }) => window))).toEqual(new Set(KINDS.map(({ name }) => name)));
    await expect(drawShapes(await runShapes())).toMatchFileSnapshot('../../../../docs/windows.svg');
  });
});
