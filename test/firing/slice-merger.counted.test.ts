import { count, sum } from 'mullion';
import { expect, test } from 'vitest';
import { OpenSlices } from '../../shared/firing/open-slices.ts';
import { SliceMerger } from '../../shared/firing/slice-merger.ts';
import type { Position } from '../../shared/log/position.ts';
import { Table } from '../../shared/table/table.ts';
import type { EventTime } from '../../shared/time/event-time.ts';
import { foldEvent } from '../fixtures/fold-event.ts';

const shape = [count(), sum<number>((amount) => amount)];
const KEYS = ['a', 'b', 'c', 'd', 'e'];

function slices(howMany: number): OpenSlices {
  const open = new OpenSlices();
  for (let index = 0; index < howMany; index++) {
    const table = new Table(shape);
    for (const [at, key] of KEYS.entries()) if ((index + at) % 3 !== 0) foldEvent(table, key, index + at);
    open.add({ start: index as EventTime, table, firstEpoch: 1 as Position });
  }
  return open;
}

test.each([1, 2, 10, 60, 3_600])('windows of %i slices cost at most three merges a key and slide', (size) => {
  const all = slices(size * 3);
  const merger = new SliceMerger(shape);
  let slides = 0;
  for (let end = 1; end <= all.size; end++) {
    const start = Math.max(0, end - size);
    const window = merger.window(start as EventTime, end as EventTime, all);
    slides++;
    if (size > 60 && end % 500 !== 0) continue;
    for (const key of KEYS) {
      const expected = all.within(start as EventTime, end as EventTime).reduce((total, { table }) => {
        const row = table.rowOf(key);
        return row === undefined ? total : total + (table.result(1, row) as number);
      }, 0);
      const row = window.rowOf(key);
      expect(row === undefined ? 0 : window.result(1, row)).toBe(expected);
    }
  }
  expect(merger.merges / (slides * KEYS.length)).toBeLessThanOrEqual(3);
});
