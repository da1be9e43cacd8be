import middy from '@middy/core';
import { boundedOutOfOrderness, count, pipeline, sum, tumbling } from 'mullion';
import type { Context, KinesisStreamBatchResponse } from 'aws-lambda';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { freshPanes, NotPanesError, type FreshPanesOptions, type PaneEvent, readKinesisPanes } from '../../functions/consumer/consumer.ts';
import { ProcessMemory } from '../../shared/consumer/process-memory.ts';
import type { ShardId } from '../../shared/log/keys.ts';
import { OTHER_SHARD, SHARD } from '../fixtures/delivered-record.ts';
import { kinesisEvent } from '../fixtures/kinesis-event.ts';
import type { temperatures } from '../fixtures/temperature-pipeline.ts';

type Event = PaneEvent<typeof temperatures>;

/** `3.1`: the pane with index 1 of epoch 3, its place its sequence number, too. `3.1+3.2`: two panes in a record. */
function delivery(places: string, shard: ShardId = SHARD) {
  return kinesisEvent(
    places.split(' ').map((place) => {
      const panes = place.split('+').map((id) => {
        const [position, index] = id.split('.').map(Number);
        return JSON.stringify({ id, pipeline: 'temperatures', key: 'ü', epoch: { position, index } });
      });
      return { shard, sequenceNumber: place, data: panes.join('\n') };
    }),
  );
}

const failing = (...places: string[]): KinesisStreamBatchResponse => ({
  batchItemFailures: places.map((itemIdentifier) => ({ itemIdentifier })),
});

/** A function behind the middleware: what it is given, and what it answers. */
function consumer(options: FreshPanesOptions = {}, answer: (event: Event) => unknown = () => failing()) {
  const given: string[] = [];
  const handler = middy<Event, KinesisStreamBatchResponse>()
    .use(freshPanes<typeof temperatures>(options))
    .handler(async (event) => {
      expect(event.Records).toHaveLength(event.panes.length);
      for (const [index, { id }] of event.panes.entries()) expect(event.Records[index]?.kinesis.sequenceNumber.split('+')).toContain(id);
      given.push(event.panes.map(({ id }) => id).join(' '));
      return answer(event) as KinesisStreamBatchResponse;
    });
  const deliver = async (places: string) => handler(delivery(places) as Event, {} as Context);
  return { given, deliver };
}

describe('a function on the output stream', () => {
  test('is given the panes that are new, and their records', async () => {
    const { given, deliver } = consumer();
    expect(await deliver('1.0 1.1')).toEqual(failing());
    expect(await deliver('1.0 1.1 1.2 2.0')).toEqual(failing());
    expect(given).toEqual(['1.0 1.1', '1.2 2.0']);
  });

  test('is not called for repeats alone', async () => {
    const { given, deliver } = consumer();
    await deliver('1.0 2.0');
    expect(await deliver('1.0 1.7 2.0')).toEqual(failing());
    expect(given).toEqual(['1.0 2.0']);
  });

  test('gets everything again when it throws', async () => {
    let calls = 0;
    const { given, deliver } = consumer({}, () => {
      if (++calls === 1) throw new Error('no');
      return failing();
    });
    await expect(deliver('1.0 1.1')).rejects.toThrow('no');
    await deliver('1.0 1.1');
    expect(given).toEqual(['1.0 1.1', '1.0 1.1']);
  });

  test.each<[what: string, answer: unknown, again: string | undefined]>([
    ['the first that failed', failing('2.0'), '2.0 2.1'],
    ['the first of several that failed', failing('2.1', '1.1'), '1.1 2.0 2.1'],
    ['the very first', failing('1.0'), '1.0 1.1 2.0 2.1'],
    ['one that was not in the batch', failing('9.9'), '1.0 1.1 2.0 2.1'],
    ['none', failing(), undefined],
    ['none, by no answer', undefined, undefined],
    ['none, by an empty answer', {}, undefined],
    ['none, by null', { batchItemFailures: null }, undefined],
  ])('gets again what Lambda delivers again when its answer names %s', async (_what, answer, again) => {
    let calls = 0;
    const { given, deliver } = consumer({}, () => (++calls === 1 ? answer : failing()));
    await deliver('1.0 1.1 2.0 2.1');
    await deliver('1.0 1.1 2.0 2.1');
    expect(given[1]).toBe(again);
  });

  test('is given panes that came packed one by one, each with the record that brought it', async () => {
    const { given, deliver } = consumer();
    await deliver('1.0+1.1+1.2 1.3');
    await deliver('1.1+1.4 2.0+2.1');
    expect(given).toEqual(['1.0 1.1 1.2 1.3', '1.4 2.0 2.1']);
  });

  test.each([
    ['by its id', '1.2', '1.2 1.3 2.0'],
    // Nobody knows which of them.
    ['by its record', '1.0+1.1+1.2+1.3', '1.0 1.1 1.2 1.3 2.0'],
  ])(
    'that names a pane among packed ones %s gets again that one and what is behind it, and Lambda hears of the record',
    async (_how, name, again) => {
      let calls = 0;
      const { given, deliver } = consumer({}, () => (++calls === 1 ? failing(name) : failing()));
      expect(await deliver('1.0+1.1+1.2+1.3 2.0')).toEqual(failing('1.0+1.1+1.2+1.3'));
      await deliver('1.0+1.1+1.2+1.3 2.0');
      expect(given[1]).toBe(again);
    },
  );

  test('never gets again what was noted before it began', async () => {
    const { given, deliver } = consumer({ note: 'before' }, () => {
      throw new Error('no');
    });
    await expect(deliver('1.0 1.1')).rejects.toThrow('no');
    expect(await deliver('1.0 1.1')).toEqual(failing());
    expect(given).toEqual(['1.0 1.1']);
  });

  test('notes panes itself where that is to be one with the effect', async () => {
    const memory = new ProcessMemory();
    let commits = false;
    const { given, deliver } = consumer({ memory, note: 'inTransaction' }, async ({ turn }) => {
      if (commits) expect(await memory.write(turn.change())).toBe('written');
      return failing();
    });
    await deliver('1.0');
    commits = true;
    await deliver('1.0 1.1');
    await deliver('1.0 1.1 1.2');
    expect(given).toEqual(['1.0', '1.0 1.1', '1.2']);
  });

  test('knows the results of the windows by their name', () => {
    const orders = pipeline<{ at: number; amount: number }>()('orders', {
      timestamp: ({ at }) => at,
      watermark: boundedOutOfOrderness('1h'),
      windows: {
        days: { keyBy: () => 'all', window: tumbling('1d'), aggregate: { total: sum(({ amount }) => amount) } },
        hours: { keyBy: () => 'all', window: tumbling('1h'), aggregate: { orders: count() } },
      },
    });
    middy<PaneEvent<typeof orders>>()
      .use(freshPanes<typeof orders>())
      .handler(async ({ panes }) => {
        for (const pane of panes) {
          if (pane.window === 'days') expectTypeOf(pane.value).toEqualTypeOf<{ total: number }>();
          else expectTypeOf(pane.value).toEqualTypeOf<{ orders: number }>();
        }
        return failing();
      });
  });
});

describe('an event', () => {
  test('of several shards is refused', () => {
    const event = { Records: [...delivery('1.0').Records, ...delivery('1.1', OTHER_SHARD).Records] };
    expect(() => readKinesisPanes(event)).toThrow(NotPanesError);
    expect(() => readKinesisPanes(event)).toThrow(`the event has records of ${SHARD} and ${OTHER_SHARD}; an event source mapping delivers`);
  });

  test('with a line that is no pane among packed ones is refused', () => {
    const event = kinesisEvent([{ shard: SHARD, sequenceNumber: '7', data: '{"pipeline":"t","epoch":{"position":1,"index":0}}\n' }]);
    expect(() => readKinesisPanes(event)).toThrow(`${SHARD}:7: its 0 characters are not a pane`);
  });

  test.each(['{"id":"1.0","pipeline":"temperatures"}', '{"pipeline":"temperatures","epoch":{"position":1}}', '"text"', 'null', '{', ''])(
    'with %j for a pane is refused, with its place',
    (data) => {
      const event = kinesisEvent([{ shard: SHARD, sequenceNumber: '7', data }]);
      expect(() => readKinesisPanes(event)).toThrow(
        `${SHARD}:7: its ${data.length} characters are not a pane; read the output stream of a pipeline, and nothing else`,
      );
    },
  );
});
