import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { boundedOutOfOrderness, count, last, min, pipeline, sum, tumbling, where } from 'mullion';
import { expect, test } from 'vitest';
import type { Emission } from '../../shared/firing/operator-state.ts';
import { PanePlaces } from '../../shared/firing/pane-places.ts';
import { PaneWriter } from '../../shared/firing/pane-writer.ts';
import { LineWriter } from '../../shared/log/line-writer.ts';
import type { Position } from '../../shared/log/position.ts';
import { FIRST_LANE } from '../../shared/pipeline/lane.ts';
import { Table } from '../../shared/table/table.ts';
import type { EventTime } from '../../shared/time/event-time.ts';
import { deliveries, SHARD } from '../fixtures/delivered-record.ts';
import { foldEvent } from '../fixtures/fold-event.ts';
import { MemoryDeployment } from '../fixtures/memory-deployment.ts';

interface Reading {
  readonly at: number;
  readonly key: string;
  readonly value: number;
}

const ofMany = pipeline<Reading>('readings', {
  timestamp: ({ at }) => at,
  watermark: boundedOutOfOrderness(0),
  windows: {
    keyed: {
      keyBy: ({ key }) => key,
      window: tumbling('1m'),
      aggregate: {
        z: count(),
        // A number that may be none, and a document.
        a: sum(({ value }) => value),
        least: where(
          ({ value }: Reading) => value > 1e9,
          min(({ value }: Reading) => value),
        ),
        words: last(({ key }) => ({ b: key, a: [key] })),
      },
    },
    grouped: {
      groupBy: { key: ({ key }) => key, sign: ({ value }) => Math.sign(value) },
      window: tumbling('1m'),
      aggregate: { total: sum(({ value }) => value) },
    },
  },
});

const readings = fc.array(
  fc.record({
    key: fc.oneof(fc.string({ minLength: 1, maxLength: 9 }), fc.constantFrom('"', '\\', '","key":"x', '\u2028', '😀', '\n')),
    value: fc.double({ noNaN: true, noDefaultInfinity: true }),
  }),
  { maxLength: 20 },
);

function linesOf(emission: Emission): string[] {
  let text = '';
  const lines = new LineWriter((part) => void (text += Buffer.from(part).toString()));
  emission.write(lines, new PanePlaces(7 as Position, FIRST_LANE));
  lines.end();
  return text.split('\n').slice(0, -1);
}

test('the panes of a whole window are the JSON of what they would be one by one', () => {
  for (const operator of ofMany.operators) {
    const writer = new PaneWriter(ofMany.name, operator);
    fc.assert(
      fc.property(readings, (events) => {
        const table = new Table(operator.shape);
        for (const event of events)
          for (const key of operator.grouping.keysOf([event.key, String(Math.sign(event.value))])) foldEvent(table, key, event, 5);
        const whole = writer.whole(table, 0 as EventTime, 60_000 as EventTime, true, 70_000 as EventTime);
        const documents = [...whole.panes()].map((pane, index) => JSON.stringify({ ...pane, epoch: { position: 7, index } }));
        expect(linesOf(whole)).toEqual(documents);
        expect(documents).toHaveLength(whole.count);
      }),
    );
  }
});

test('a pane goes out by its key, whatever that holds', async () => {
  const deployment = new MemoryDeployment();
  const sensors = ['a', '"', '\\', '","key":"x', '\\"key\\":', '\u2028', '😀', '\n', 'x'.repeat(256)];
  await deployment
    .ingest()
    .ingest(SHARD, deliveries([...sensors.map((sensor) => ({ at: 1, sensor, celsius: 1 })), { at: 90_000, sensor: 'z', celsius: 1 }]));
  await deployment.fire().fire();
  expect(deployment.output.records.map(({ partitionKey }) => partitionKey)).toEqual(deployment.panes.map(({ key }) => key));
  expect(deployment.panes.length).toBeGreaterThan(sensors.length);
});
