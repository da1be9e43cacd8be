import { boundedOutOfOrderness, count, pipeline, process, type ProcessedWindow, session, sliding, sum, tumbling, where } from 'mullion';
import { TestDriver } from 'mullion/testing';
import { describe, expect, test } from 'vitest';

interface Message {
  readonly at: number;
  readonly conversation: string;
  readonly text: string;
}

const said = (at: number, text: string, conversation = 'c1'): Message => ({ at, conversation, text });
const options = { timestamp: ({ at }: Message) => at, watermark: boundedOutOfOrderness(1_000) };
const keyBy = ({ conversation }: Message) => conversation;

describe('a function over a whole window', () => {
  test('gets the key, the window, and the events in the order of event time', async () => {
    const transcript = process(
      (key: string, { start, end, count: n, omitted }: ProcessedWindow, messages: readonly Message[]) =>
        `${key} [${start}, ${end}) ${n} ${omitted}: ${messages.map(({ text }) => text).join(' ')}`,
      { limit: 3 },
    );
    const driver = new TestDriver(
      pipeline<Message>()('chat', { ...options, windows: { turns: { keyBy, window: tumbling(30), aggregate: { transcript } } } }),
    );
    await driver.send([said(20, 'you?'), said(1, 'hello'), said(10, 'how are'), said(25, 'well?'), said(5, 'hi', 'c2')]);
    const panes = await driver.drain();
    expect(panes.map(({ value }) => value.transcript)).toEqual(['c1 [0, 30) 4 1: hello how are you?', 'c2 [0, 30) 1 0: hi']);
  });

  test('or the results of aggregates, by name, each typed', async () => {
    const driver = new TestDriver(
      pipeline<Message>()('chat', {
        ...options,
        windows: {
          turns: {
            keyBy,
            window: sliding(20, 10),
            aggregate: {
              perMessage: process((key, _window, { messages, letters }) => `${key}: ${letters / messages}`, {
                over: { messages: count(), letters: sum(({ text }: Message) => text.length) },
              }),
            },
          },
        },
      }),
    );
    await driver.send([said(12, 'ab'), said(15, 'abcd')]);
    expect((await driver.drain()).map(({ start, value }) => [start, value.perMessage])).toEqual([
      [0, 'c1: 3'],
      [10, 'c1: 3'],
    ]);
  });

  test('of the key of a session, and only the matching events where it stands in a where', async () => {
    const questions = where(
      ({ text }: Message) => text.endsWith('?'),
      process((key: string, window: ProcessedWindow, messages: readonly Message[]) => [key, window.count, messages.length], { limit: 10 }),
    );
    const driver = new TestDriver(
      pipeline<Message>()('chat', { ...options, windows: { talks: { keyBy, window: session(10), aggregate: { questions } } } }),
    );
    await driver.send([said(1, 'a?'), said(5, 'b'), said(15, 'c?'), said(40, 'd')]);
    expect((await driver.drain()).map(({ value }) => value.questions)).toEqual([['c1', 2, 2], null]);
  });

  test('that fails stops the pipeline under its name, and nothing is lost when it is repaired', async () => {
    let broken = true;
    const fragile = process(
      (_key: string, { count: n }: ProcessedWindow) => {
        if (broken) throw new TypeError('no model');
        return n;
      },
      { over: { messages: count() } },
    );
    const driver = new TestDriver(
      pipeline<Message>()('chat', { ...options, windows: { turns: { keyBy, window: tumbling(30), aggregate: { fragile } } } }),
    );
    await driver.send([said(1, 'a'), said(2, 'b')]);
    await expect(driver.drain()).rejects.toThrow('process({ messages: count }): the function failed with TypeError');
    broken = false;
    expect(await driver.drain()).toMatchObject([{ value: { fragile: 2 } }]);
  });
});

describe('one that cannot work is refused', () => {
  const define = (run: unknown, what: unknown) => () =>
    pipeline<Message>('chat', {
      ...options,
      windows: { w: { keyBy, window: tumbling(1), aggregate: { p: process(run as never, what as never) } } },
    });

  test.each<[what: string, run: unknown, over: unknown, message: string]>([
    [
      'no function',
      'transcribe',
      { limit: 1 },
      "windows.w.aggregate.p: 'transcribe' is not allowed here; allowed: a function of the key, the window",
    ],
    ['no limit', () => 1, {}, 'windows.w.aggregate.p.limit: undefined is not allowed here; allowed: a whole number from 1 to 1000'],
    ['nothing to process', () => 1, undefined, 'windows.w.aggregate.p.limit: undefined is not allowed here'],
    ['no aggregates', () => 1, { over: {} }, 'windows.w.aggregate.p.over: an object is not allowed here; allowed: aggregates by name'],
    [
      'what is no aggregate',
      () => 1,
      { over: { n: 1 } },
      'windows.w.aggregate.p.over: an object is not allowed here; allowed: aggregates by name',
    ],
    ['an aggregate that cannot work', () => 1, { over: { n: sum('text' as never) } }, 'windows.w.aggregate.p.over.n'],
  ])('%s', (_what, run, over, message) => {
    expect(define(run, over)).toThrow(message);
  });
});
