import { expect, test } from 'vitest';
import { BYTES_PER_PUT_MAX, inBatches, type StreamEvent } from '../../shared/adapters/kinesis/put-batches.ts';
import { pause } from '../../shared/adapters/pause.ts';

function* events(count: number, dataBytes = 1): Generator<StreamEvent> {
  for (let index = 0; index < count; index += 1) yield { partitionKey: `key ${index}`, data: 'x'.repeat(dataBytes) };
}

async function lengthsOf(source: Iterable<StreamEvent> | AsyncIterable<StreamEvent>, eventsPerSecond = Infinity) {
  const lengths: number[] = [];
  for await (const batch of inBatches(source, { eventsPerSecond })) lengths.push(batch.length);
  return lengths;
}

test('a batch holds at most 500 events', async () => {
  expect(await lengthsOf(events(1_200))).toEqual([500, 500, 200]);
  expect(await lengthsOf(events(500))).toEqual([500]);
  expect(await lengthsOf([])).toEqual([]);
});

test('a batch holds at most 5 MB, and an event larger than that goes alone', async () => {
  const kilobytes = 1024;
  expect(await lengthsOf(events(12, 1000 * kilobytes))).toEqual([5, 5, 2]);
  expect(await lengthsOf(events(2, BYTES_PER_PUT_MAX))).toEqual([1, 1]);
});

test('events go out at the rate, in batches of what a tick brings', async () => {
  const startedAtMs = performance.now();
  const lengths = await lengthsOf(events(200), 1_000);
  const tookMs = performance.now() - startedAtMs;
  expect(tookMs).toBeGreaterThan(190);
  expect(tookMs).toBeLessThan(400);
  expect(lengths.reduce((sum, length) => sum + length)).toBe(200);
  expect(Math.max(...lengths)).toBeLessThanOrEqual(50);
  expect(lengths.length).toBeGreaterThanOrEqual(4);
});

async function* slow() {
  yield* events(2);
  await pause(300);
  yield* events(3);
}

test('a slow source does not hold up what it has given', async () => {
  const startedAtMs = performance.now();
  const arrivals: [number, number][] = [];
  for await (const batch of inBatches(slow(), { eventsPerSecond: Infinity })) {
    arrivals.push([batch.length, performance.now() - startedAtMs]);
  }
  expect(arrivals.map(([length]) => length)).toEqual([2, 3]);
  expect(arrivals[0]?.[1]).toBeLessThan(200);
});

test('the signal ends even a source that never answers', async () => {
  const stopping = new AbortController();
  const silent: AsyncIterable<StreamEvent> = {
    [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }),
  };
  setTimeout(() => stopping.abort(), 20);
  const batches = inBatches(silent, { eventsPerSecond: 1, signal: stopping.signal });
  expect(await batches.next()).toEqual({ value: undefined, done: true });
});

test('a source that is left early is closed', async () => {
  let isClosed = false;
  function* source() {
    try {
      yield* events(2_000);
    } finally {
      isClosed = true;
    }
  }
  for await (const batch of inBatches(source(), { eventsPerSecond: Infinity })) {
    expect(batch).toHaveLength(500);
    break;
  }
  expect(isClosed).toBe(true);
});
