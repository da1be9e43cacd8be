import { Buffer } from 'node:buffer';
import { expect, test } from 'vitest';
import type { RecordRefusal, Refusal } from '../../shared/log/refusal.ts';
import { RecentRefusals } from '../../shared/view/recent-refusals.ts';

const invalid = (id: string, text: string, others: Partial<RecordRefusal> = {}): RecordRefusal => ({
  kind: 'invalid',
  id,
  pipeline: 'sales',
  reason: { code: 'json', message: 'no JSON' },
  partitionKey: 'p',
  arrivedAtMs: 1,
  data: Buffer.from(text).toString('base64'),
  ...others,
});

function watched() {
  const clock = { now: 0, nowMs: () => clock.now };
  const coming: Refusal[] = [];
  let reads = 0;
  const read = async () => {
    reads++;
    return coming.splice(0);
  };
  const recent = new RecentRefusals({ read }, clock);
  const look = async (windows: readonly string[] = ['minutes'], prefix = '') => {
    clock.now += 1_000;
    return recent.look({ windows, prefix }, 40);
  };
  return { clock, coming, look, recent, reads: () => reads };
}

test('the newest refusals come first, each once, however often and in how many parts it was put', async () => {
  const { coming, look } = watched();
  coming.push(
    invalid('a:1', 'one'),
    invalid('a:2', 'two', { part: { number: 1, of: 2 } }),
    invalid('a:2', 'two', { part: { number: 2, of: 2 } }),
  );
  expect((await look()).map(({ id, text }) => [id, text])).toEqual([
    ['a:2', 'two'],
    ['a:1', 'one'],
  ]);
  coming.push(invalid('a:1', 'one'), invalid('a:3', 'three'));
  expect((await look()).map(({ id }) => id)).toEqual(['a:3', 'a:2', 'a:1']);
});

test('of a long payload only the beginning is kept, and of many refusals the newest', async () => {
  const { coming, look } = watched();
  for (let index = 0; index < 500; index++) coming.push(invalid(`a:${index}`, 'ü'.repeat(10_000)));
  const seen = await look();
  expect(seen).toHaveLength(40);
  expect(seen[0]).toMatchObject({ id: 'a:499', text: 'ü'.repeat(160) });
});

test('what is late for a window is told to who looks at that window, what cannot be read to everybody', async () => {
  const { coming, look } = watched();
  coming.push(invalid('a:1', 'x'), invalid('a:2', 'y', { kind: 'late', windows: ['hours'] }));
  expect((await look(['minutes'])).map(({ id }) => id)).toEqual(['a:1']);
  expect((await look(['minutes', 'hours'])).map(({ id }) => id)).toEqual(['a:2', 'a:1']);
});

test('the stream is asked once a second, however many look', async () => {
  const { clock, recent, reads } = watched();
  clock.now = 10_000;
  await Promise.all(Array.from({ length: 20 }, () => recent.look({ windows: [], prefix: '' }, 1)));
  await recent.look({ windows: [], prefix: '' }, 1);
  expect(reads()).toBe(1);
});
