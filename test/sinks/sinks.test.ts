import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Context } from 'aws-lambda';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { sinkHandler } from '../../functions/sinks/sink-handler.ts';
import { LineSink } from '../../shared/adapters/sinks/line-sink.ts';
import { MetricSink } from '../../shared/adapters/sinks/metric-sink.ts';
import type { Pane } from '../../shared/pipeline/pane.ts';
import { type PaneSink, PartlyTakenError } from '../../shared/ports/pane-sink.ts';
import { SHARD } from '../fixtures/delivered-record.ts';
import { kinesisEvent } from '../fixtures/kinesis-event.ts';
import { paneOf } from '../fixtures/pane-of.ts';

const panes = Array.from({ length: 4 }, (_each, place) => paneOf({ key: `k${place}`, place }));

/** Two panes a record. */
const delivery = kinesisEvent(
  [0, 2].map((at) => ({
    shard: SHARD,
    sequenceNumber: String(100 + at),
    data: panes
      .slice(at, at + 2)
      .map((pane) => JSON.stringify(pane))
      .join('\n'),
  })),
);

/** It takes so many of each delivery, and fails for the next. */
function sinkThatTakes(...counts: readonly number[]) {
  const given: string[][] = [];
  const sink: PaneSink = {
    put: async (some) => {
      given.push(some.map(({ key }) => key));
      const taken = counts[given.length - 1] ?? some.length;
      if (taken < some.length) throw new PartlyTakenError(taken, new Error('full'));
    },
  };
  return { sink, given };
}

describe('a function that brings panes to a sink', () => {
  test('brings each pane once, though it is delivered twice', async () => {
    const { sink, given } = sinkThatTakes();
    const handler = sinkHandler(sink);
    expect(await handler(delivery as never, {} as Context)).toEqual({ batchItemFailures: [] });
    expect(await handler(delivery as never, {} as Context)).toEqual({ batchItemFailures: [] });
    expect(given).toEqual([['k0', 'k1', 'k2', 'k3']]);
  });

  test('names the record of the first pane that was not taken, and brings that one and those behind it again', async () => {
    const { sink, given } = sinkThatTakes(3, 1);
    const troubles: string[] = [];
    const handler = sinkHandler(sink, { onTrouble: ({ message }) => troubles.push(message) });
    expect(await handler(delivery as never, {} as Context)).toEqual({ batchItemFailures: [{ itemIdentifier: '102' }] });
    expect(await handler(delivery as never, {} as Context)).toEqual({ batchItemFailures: [] });
    expect(given).toEqual([['k0', 'k1', 'k2', 'k3'], ['k3']]);
    expect(troubles).toEqual(['3 panes were taken, and the next one was not: full']);
  });

  test('fails as a whole with a sink that cannot say how far it came', async () => {
    const handler = sinkHandler({ put: async () => Promise.reject(new Error('gone')) });
    await expect(handler(delivery as never, {} as Context)).rejects.toThrow('gone');
  });
});

describe('a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mullion-sink-'));
  afterEach(() => rmSync(folder, { recursive: true }));

  test('gets a line for each pane, behind what is there', async () => {
    const path = join(folder, 'panes.jsonl');
    await new LineSink<Pane>(path).put(panes.slice(0, 2));
    await new LineSink<Pane>(path).put(panes.slice(2));
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(panes);
  });
});

describe('metrics', () => {
  /** A line, as CloudWatch reads it. */
  interface Line {
    readonly fields: Readonly<Record<string, unknown>>;
    readonly atMs: number;
    readonly namespace: string;
    readonly dimensions: readonly string[][];
  }

  const lineSchema = z.looseObject({
    ['_aws']: z.object({
      Timestamp: z.number(),
      CloudWatchMetrics: z.tuple([z.object({ Namespace: z.string(), Dimensions: z.array(z.array(z.string())) })]),
    }),
  });

  function lineOf(text: string): Line {
    const { ['_aws']: emf, ...fields } = lineSchema.parse(JSON.parse(text));
    const [{ Namespace: namespace, Dimensions: dimensions }] = emf.CloudWatchMetrics;
    return { fields, atMs: emf.Timestamp, namespace, dimensions };
  }

  /** What a function's log says. */
  async function linesOf(some: readonly Pane[], options: Partial<ConstructorParameters<typeof MetricSink>[0]> = {}): Promise<Line[]> {
    const written: string[] = [];
    // Powertools writes past the console that frameworks take over, as Lambda's is.
    vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => written.push(String(chunk)) > 0);
    vi.useFakeTimers({ now: 120_000, toFake: ['Date'] });
    await new MetricSink({ namespace: 'Sales', ...options }).put(some);
    vi.useRealTimers();
    vi.restoreAllMocks();
    return written
      .flatMap((text) => text.split('\n'))
      .filter((line) => line.includes('_aws'))
      .map(lineOf);
  }

  test('are every number of a result, at the time of its window', async () => {
    const [line, ...others] = await linesOf([
      paneOf({ value: { total: 3, delay: { p95: 7, worst: { at: 1 } }, top: [{ count: 4 }], name: 'x', none: null } }),
    ]);
    expect(others).toEqual([]);
    expect(line?.fields).toMatchObject({ service: 'sales', window: 'minutes', total: 3, 'delay.p95': 7, 'delay.worst.at': 1 });
    expect(line?.atMs).toBe(59_999);
    expect(line?.namespace).toBe('Sales');
    expect(line?.dimensions).toEqual([['service', 'window']]);
    expect(Object.keys(line?.fields ?? {})).not.toContain('top');
  });

  test('have more dimensions where that is asked for', async () => {
    const [line] = await linesOf([paneOf()], { dimensions: ({ key }) => ({ store: key }) });
    expect(line?.fields).toMatchObject({ store: 'a' });
    expect(line?.dimensions).toEqual([['service', 'window', 'store']]);
  });

  test('are of panes on time, since nothing can be taken back, and of no window that CloudWatch would not take', async () => {
    const some = [
      paneOf(),
      paneOf({ index: 1 }),
      paneOf({ isRetraction: true }),
      paneOf({ start: -15 * 86_400_000 }),
      paneOf({ start: 9_000_000 }),
    ];
    expect(await linesOf(some)).toHaveLength(1);
    expect(await linesOf(some, { takes: ({ pane }) => pane.isRetraction !== true })).toHaveLength(2);
  });
});
