import { expect, test } from 'vitest';
import type { Pane } from 'mullion';
import { compare } from './load/compare.ts';
import { MemorySamples } from './load/memory-samples.ts';
import { runLoad } from './load/run-load.ts';
import { trafficOf } from './load/traffic.ts';
import { unexpected } from './unexpected.ts';

const TRAFFIC = { seed: 1, events: 20_000, accounts: 40, spanMs: 3_600_000 };

test('an hour of events on two shards, some late, broken or repeated: every result is as a plain computation has it, and the heap stays as it is', {
  timeout: 120_000,
}, async () => {
  const { complaints, report, results, memory } = await runLoad({ ...TRAFFIC, shards: 2, onTrouble: unexpected });
  expect(complaints).toEqual([]);
  const { late, invalid, duplicate } = report.counts;
  for (const count of [late, invalid, duplicate]) expect(count).toBeGreaterThan(0);
  expect(results).toBeGreaterThan(2_000);
  expect(memory.byThird.at(-1)).toBeLessThanOrEqual(memory.lastThirdMbMax);
});

test('a result that is wrong, one that is missing and an event that is not accounted for are found', () => {
  const sent = [...trafficOf({ ...TRAFFIC, events: 3 })].filter(({ kind }) => kind === 'honest');
  const [first] = sent.map(({ payment }) => payment);
  const pane = (value: object) =>
    ({
      window: 'accounts',
      key: first?.account,
      start: (first?.at ?? 0) - ((first?.at ?? 0) % 60_000),
      pane: { index: 0 },
      value,
    }) as unknown as Pane<never>;
  const counts = { read: 3, folded: 2, filtered: 0, late: 0, invalid: 0, duplicate: 0 };
  const { complaints } = compare(sent, { published: [pane({ payments: 7 })], refused: [], report: { counts, panesFired: 1 } });
  expect(complaints.join('\n')).toMatch(/the counts are .* not .*\nthe conservation difference is 1\n/);
  expect(complaints.join('\n')).toMatch(/accounts account-\d+ \d+ is \{"payments":7\}, not \{"payments":1,/);
  expect(complaints.join('\n')).toMatch(/regions \w+ \d+ is undefined, not /);
});

test('a heap that grows is found, and one that is collected is none', () => {
  const [growing, flat] = [new MemorySamples(), new MemorySamples()];
  const kept: Float64Array[] = [];
  for (let round = 0; round < 9; round++) {
    kept.push(new Float64Array(2 ** 20));
    growing.take();
  }
  expect(growing.isFlat).toBe(false);
  for (let round = 0; round < 9; round++) {
    kept.pop();
    flat.take();
  }
  expect(flat.isFlat).toBe(true);
});
