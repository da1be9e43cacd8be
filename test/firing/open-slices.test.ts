import { count } from 'mullion';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { OpenSlices, type Slice } from '../../shared/firing/open-slices.ts';
import type { Position } from '../../shared/log/position.ts';
import { Table } from '../../shared/table/table.ts';
import type { EventTime } from '../../shared/time/event-time.ts';

const starts = fc.uniqueArray(fc.integer({ min: -50, max: 50 }), { maxLength: 30 });
const table = new Table([count()]);

function opened(inOrderOfArrival: readonly number[]): { readonly open: OpenSlices; readonly all: Slice[] } {
  const open = new OpenSlices();
  const all = inOrderOfArrival.map((start, index) => ({ start: start as EventTime, table, firstEpoch: (index + 1) as Position }));
  for (const slice of all) open.add(slice);
  return { open, all: all.toSorted((a, b) => a.start - b.start) };
}

const earliest = (slices: readonly Slice[]) =>
  slices.reduce<number | undefined>((least, { firstEpoch }) => Math.min(least ?? firstEpoch, firstEpoch), undefined);

test('slices are found by time, in whatever order they came', () => {
  fc.assert(
    fc.property(starts, fc.integer({ min: -60, max: 60 }), fc.nat({ max: 60 }), (given, from, length) => {
      const { open, all } = opened(given);
      const to = (from + length) as EventTime;
      expect([...open]).toEqual(all);
      expect(open.size).toBe(all.length);
      expect(open.get(from as EventTime)).toBe(all.find(({ start }) => start === from));
      expect(open.within(from as EventTime, to)).toEqual(all.filter(({ start }) => start >= from && start < to));
      expect([...open.since(({ start }) => start >= from)]).toEqual(all.filter(({ start }) => start >= from));
    }),
  );
});

test('the earliest of the first epochs is that of the slices that are left', () => {
  fc.assert(
    fc.property(starts, fc.array(fc.integer({ min: -60, max: 60 }), { maxLength: 5 }), (given, closings) => {
      const { open, all } = opened(given);
      let left = all;
      expect(open.firstEpoch).toBe(earliest(left));
      for (const before of closings) {
        const closed = open.close(({ start }) => start < before);
        expect(closed).toBe(left.filter(({ start }) => start < before).length);
        left = left.filter(({ start }) => start >= before);
        expect([...open]).toEqual(left);
        expect(open.firstEpoch).toBe(earliest(left));
      }
    }),
  );
});
