import { describe, expect, test } from 'vitest';
import type { StreamEvent } from '../../../shared/adapters/kinesis/put-batches.ts';
import { addressByFields } from '../../../cli/replay/event-address.ts';
import { replayEvents } from '../../../cli/replay/replay-events.ts';
import type { EventSink } from '../../../cli/sink/event-sink.ts';

interface Sent {
  readonly n: number;
  readonly key: string;
  readonly afterMs: number;
}

class MemorySink implements EventSink {
  readonly name = 'memory';
  readonly sent: Sent[] = [];
  readonly #startedAtMs = performance.now();

  async send(events: readonly StreamEvent[]) {
    const afterMs = performance.now() - this.#startedAtMs;
    for (const { partitionKey, data } of events)
      this.sent.push({ n: (JSON.parse(data as string) as { n: number }).n, key: partitionKey, afterMs });
    return { taken: events.length, again: 0 };
  }

  async close() {}
}

async function* inputOf(atMs: readonly unknown[]) {
  yield atMs.map((at, n) => ({
    data: JSON.stringify({ n, at: typeof at === 'number' ? 1_767_225_600_000 + at : at }),
    encoding: 'utf8' as const,
  }));
}

async function replay(atMs: readonly unknown[], speed: number, skip = 0) {
  const sink = new MemorySink();
  const addressOf = addressByFields({ time: 'at' });
  const signal = new AbortController().signal;
  const outcome = await replayEvents(inputOf(atMs), { sink, addressOf, speed, skip, signal, onAcknowledged: () => {} });
  return { sent: sink.sent, outcome };
}

describe('a replay', () => {
  test('sends no event before its time, and those that lie behind at once', async () => {
    const atMs = [0, 1_000, 500, 2_000, 'noon', 2_000];
    const { sent, outcome } = await replay(atMs, 20);
    expect(sent.map(({ n }) => n)).toEqual([0, 1, 2, 3, 4, 5]);
    for (const [index, dueMs] of [0, 50, 50, 100, 100, 100].entries()) expect(sent[index]?.afterMs).toBeGreaterThanOrEqual(dueMs - 1);
    expect(outcome).toEqual({ acknowledged: 6, withoutTime: 1, withoutKey: 6, again: 0, isSomeUnderWay: false });
  });

  test('that goes on waits for nothing that was before', async () => {
    // From the first event on it would be a day.
    const { sent, outcome } = await replay([0, 86_400_000, 86_400_010], 1, 1);
    expect(sent.map(({ n }) => n)).toEqual([1, 2]);
    expect(outcome.acknowledged).toBe(3);
  });

  test('as fast as it goes waits for nothing', async () => {
    const { sent } = await replay([0, 86_400_000, 10 * 86_400_000], Number.POSITIVE_INFINITY);
    expect(sent.map(({ n }) => n)).toEqual([0, 1, 2]);
  });
});

describe('fields', () => {
  const addressOf = addressByFields({ time: 'properties.time', key: 'id' });
  const textOf = (data: string) => ({ data, encoding: 'utf8' }) as const;
  const timeOf = (time: unknown) => addressOf(textOf(JSON.stringify({ properties: { time } }))).timeMs;

  test('say when: milliseconds, seconds or text', () => {
    const ms = Date.parse('2026-01-01T00:00:00Z');
    expect([ms, ms / 1_000, '2026-01-01T00:00:00Z'].map(timeOf)).toEqual([ms, ms, ms]);
    expect(['noon', null, {}, undefined].map(timeOf)).toEqual([undefined, undefined, undefined, undefined]);
  });

  test('say beside which others: text or a number that Kinesis takes', () => {
    const keyOf = (id: unknown) => addressOf(textOf(JSON.stringify({ id }))).key;
    expect(['a', 7, true, '', 'x'.repeat(257), null].map(keyOf)).toEqual(['a', '7', 'true', undefined, undefined, undefined]);
  });

  test('of what is no event say nothing', () => {
    for (const text of ['{"', '5', 'null', '[]']) expect(addressOf(textOf(text))).toEqual({ timeMs: undefined, key: undefined });
  });
});
