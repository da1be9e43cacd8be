import { afterCount, boundedOutOfOrderness, onEvent, pipeline, sum, tumbling, type WindowContents } from 'mullion';
import { TestDriver } from 'mullion/testing';
import { expect, test } from 'vitest';
import { type Page, pages, samples } from './pages.ts';

interface Payment {
  readonly at: number;
  readonly amount: number;
}

type Firing = Pick<WindowContents<Payment>, 'trigger' | 'accumulation'>;

const END = 10;
const LATENESS = 10;

/** What is fired by each step of the picture: an amount, one that is withdrawn, or nothing. */
async function fired(firing: Firing): Promise<string[]> {
  const driver = new TestDriver(
    pipeline<Payment>('payments', {
      timestamp: ({ at }) => at,
      watermark: boundedOutOfOrderness(0),
      windows: {
        w: {
          keyBy: () => 'k',
          window: tumbling(END),
          allowedLateness: LATENESS,
          aggregate: { paid: sum(({ amount }) => amount) },
          ...firing,
        },
      },
    }),
  );
  const steps = [
    () => driver.send([{ at: 2, amount: 3 }]),
    () => driver.send([{ at: 5, amount: 4 }]),
    () => driver.advanceWatermark(END - 1),
    () => driver.send([{ at: 3, amount: 5 }]),
    () => driver.advanceWatermark(END + LATENESS - 1),
  ];
  const cells: string[] = [];
  for (const step of steps) {
    const panes = await step();
    cells.push(panes.map(({ pane, value }) => `${pane.isRetraction === true ? '−' : ''}${String(value.paid)}`).join(' ') || '·');
  }
  return cells;
}

const ROWS: readonly [label: string, firing: Firing][] = [
  ['no trigger', {}],
  ['early: afterCount(1)', { trigger: { early: afterCount(1) } }],
  ['early: afterCount(2)', { trigger: { early: afterCount(2) } }],
  ['early: onEvent(amount > 3)', { trigger: { early: onEvent(({ amount }) => amount > 3) } }],
  ["early: afterCount(1), onTime: 'ifChanged'", { trigger: { early: afterCount(1), onTime: 'ifChanged' } }],
  ['late: afterCount(2)', { trigger: { late: afterCount(2) } }],
  ["early: afterCount(1), 'discarding'", { trigger: { early: afterCount(1) }, accumulation: 'discarding' }],
  ["early: afterCount(1), 'retracting'", { trigger: { early: afterCount(1) }, accumulation: 'retracting' }],
];

const [picture = ''] = samples(pages().find(({ path }) => path === 'docs/TRIGGERS.md') as Page, '');
const shown = picture.split('\n').map((line) => line.trim().split(/ {2,}/));

test.for(ROWS)('docs/TRIGGERS.md shows what fires when: %s', async ([label, firing]) => {
  expect(shown).toContainEqual([label, ...(await fired(firing))]);
});
