import {
  afterCount,
  boundedOutOfOrderness,
  count,
  pipeline,
  session,
  sliding,
  sum,
  tumbling,
  type WindowDefinition,
  type WindowOptions,
} from 'mullion';
import { TestDriver } from 'mullion/testing';
import { describe, expect, test } from 'vitest';

interface Reading {
  readonly at: number;
  readonly sensor: string;
}

type Windows = Record<string, WindowOptions<Reading>>;

const keyBy = ({ sensor }: Reading) => sensor;
const minutes = { keyBy, window: tumbling(100), allowedLateness: 50, aggregate: { n: count() } };
const define = (windows: Windows, bound = 10) =>
  pipeline<Reading>('readings', { timestamp: ({ at }) => at, watermark: boundedOutOfOrderness(bound), windows });

const at = (...times: number[]) => times.map((time) => ({ at: time, sensor: 's' }));
const shown = (panes: readonly { window: string; start: number; end: number; value: object; pane: { timing: string; index: number } }[]) =>
  panes.map(({ window, start, end, value, pane }) => [window, start, end, pane.timing, pane.index, (value as { n: number }).n]);

describe('state goes on', () => {
  test('when a window is added: the new one takes what comes from then on', async () => {
    const driver = new TestDriver(define({ minutes }));
    await driver.send(at(10, 20));
    driver.restart(define({ minutes, hours: { ...minutes, window: tumbling(1_000) } }));
    expect(shown(await driver.send(at(30, 130)))).toEqual([['minutes', 0, 100, 'ON_TIME', 0, 3]]);
    expect(shown(await driver.drain())).toEqual([
      ['minutes', 100, 200, 'ON_TIME', 0, 1],
      ['hours', 0, 1_000, 'ON_TIME', 0, 2],
    ]);
  });

  test('when nothing but code and the order of windows has changed', async () => {
    const other = { ...minutes, window: tumbling(50) };
    const driver = new TestDriver(define({ minutes, other }));
    await driver.send(at(10));
    driver.restart(define({ other, minutes: { ...minutes, keyBy: () => 'all' } }));
    await driver.send(at(20));
    expect((await driver.drain()).map(({ window, key }) => [window, key])).toEqual([
      ['other', 's'],
      ['minutes', 'all'],
      ['minutes', 's'],
    ]);
  });

  test('when a window is removed that has nothing open', async () => {
    const retired = { ...minutes, window: tumbling(50) };
    const driver = new TestDriver(define({ minutes, retired }));
    await driver.send(at(10));
    driver.restart(define({ minutes, retired: { ...retired, where: () => false } }));
    // Long open windows keep the commits of the other one in the log that is read again.
    expect(shown(await driver.send(at(90)))).toEqual([['retired', 0, 50, 'ON_TIME', 0, 1]]);
    expect(shown(await driver.send(at(111)))).toEqual([['minutes', 0, 100, 'ON_TIME', 0, 2]]);
    driver.restart(define({ minutes }));
    expect(shown(await driver.send(at(20)))).toEqual([['minutes', 0, 100, 'LATE', 1, 3]]);
    driver.restart();
    expect(shown(await driver.drain())).toEqual([['minutes', 100, 200, 'ON_TIME', 0, 1]]);
  });
});

test('old windows finish under the old definition while the new ones start, and each event is in one of them', async () => {
  const driver = new TestDriver(define({ minutes }));
  await driver.send(at(10, 20));
  const from = (time: number) => (event: Reading) => event.at >= time;
  const before = (time: number) => (event: Reading) => event.at < time;
  const longer = { ...minutes, window: tumbling(400), where: from(400) };
  driver.restart(define({ minutes: { ...minutes, where: before(400) }, longer }));
  const panes = [...(await driver.send(at(30, 90, 110))), ...(await driver.send(at(150, 390, 400, 410, 500, 620)))];
  expect(shown(panes)).toEqual([
    ['minutes', 0, 100, 'ON_TIME', 0, 4],
    ['minutes', 100, 200, 'ON_TIME', 0, 2],
    ['minutes', 300, 400, 'ON_TIME', 0, 1],
  ]);
  driver.restart(define({ longer }));
  expect(shown(await driver.drain())).toEqual([['longer', 400, 800, 'ON_TIME', 0, 4]]);
});

describe('a higher lateness', () => {
  const raised = { ...minutes, allowedLateness: 500 };

  test.each<[what: string, window: WindowDefinition, restarts: boolean]>([
    ['tumbling', tumbling(100), false],
    ['tumbling, with a restart after every step', tumbling(100), true],
    ['sliding', sliding(100, 50), true],
  ])('holds for windows that are still there, and never opens one again that has closed: %s', async (_what, window, restarts) => {
    const driver = new TestDriver(define({ minutes: { ...minutes, window } }));
    const higher = define({ minutes: { ...raised, window } });
    const step = async (...times: number[]) => {
      const panes = shown(await driver.send(at(...times))).filter(([, start]) => (start as number) % 100 === 0);
      if (restarts) driver.restart(higher);
      return panes;
    };
    expect(shown(await driver.send(at(10, 110)))).toContainEqual(['minutes', 0, 100, 'ON_TIME', 0, 1]);
    // The first window closes at 149, the second one is complete at 199.
    expect(shown(await driver.send(at(240)))).toContainEqual(['minutes', 100, 200, 'ON_TIME', 0, 1]);
    expect(driver.watermark()).toBe(229);
    driver.restart(higher);
    expect(await step(20)).toEqual([]);
    expect(driver.sideOutput()).toHaveLength(1);
    expect(await step(120)).toEqual([['minutes', 100, 200, 'LATE', 1, 2]]);
    // Beyond what the former lateness allowed.
    expect(await step(400)).toEqual([['minutes', 200, 300, 'ON_TIME', 0, 1]]);
    expect(await step(130)).toEqual([['minutes', 100, 200, 'LATE', 2, 3]]);
    expect(await step(30)).toEqual([]);
    expect(driver.sideOutput()).toHaveLength(2);
  });

  test('of sessions', async () => {
    const sessions = { ...minutes, window: session(20) };
    const driver = new TestDriver(define({ sessions }));
    await driver.send(at(10));
    await driver.send(at(210));
    expect(driver.watermark()).toBe(199);
    driver.restart(define({ sessions: { ...sessions, allowedLateness: 1_000 } }));
    expect(shown(await driver.send(at(15, 120)))).toEqual([]);
    expect(driver.lateByWindow()).toEqual({ sessions: 2 });
    expect(shown(await driver.send(at(140)))).toEqual([['sessions', 140, 160, 'LATE', 0, 1]]);
    driver.restart();
    expect(shown(await driver.send(at(150, 100)))).toEqual([['sessions', 140, 170, 'LATE', 1, 2]]);
  });
});

describe('what cannot go on is refused, with what has changed and what to do, and goes on as it was', () => {
  test.each<[what: string, changed: ReturnType<typeof define>, messages: string[]]>([
    [
      'the size of a window',
      define({ minutes: { ...minutes, window: tumbling(200) } }),
      ['windows.minutes.window: was tumbling(100, offset 0), is tumbling(200, offset 0)'],
    ],
    ['a watermark', define({ minutes }, 20), ['watermark: was boundedOutOfOrderness(10), is boundedOutOfOrderness(20)']],
    [
      'an aggregate',
      define({ minutes: { ...minutes, aggregate: { n: sum(() => 1) } } }),
      ['windows.minutes.aggregate: was n=count, is n=sum'],
    ],
    [
      'another trigger',
      define({ minutes: { ...minutes, trigger: { early: afterCount(2) } } }),
      ['windows.minutes.trigger.early: is new, afterCount(2)'],
    ],
    [
      'a lower lateness',
      define({ minutes: { ...minutes, allowedLateness: 49 } }),
      ['windows.minutes.allowedLateness: was 50 ms, is 49 ms'],
    ],
    [
      'a window that has something open is gone',
      define({ other: minutes }),
      ['windows.minutes: was tumbling(100, offset 0), is gone', 'leave it as it was, with where: () => false, until it has nothing open'],
    ],
    [
      'two things',
      define({ minutes: { ...minutes, window: tumbling(1), accumulation: 'discarding' } }),
      ['windows.minutes.window:', 'windows.minutes.accumulation: was accumulating, is discarding'],
    ],
  ])('%s', async (_what, changed, messages) => {
    const former = define({ minutes });
    const driver = new TestDriver(former);
    await driver.send(at(10, 120));
    driver.restart(changed);
    for (const message of [...messages, 'To start again with nothing, give the pipeline another name.'])
      await expect(driver.send(at(30))).rejects.toThrow(message);
    await expect(driver.drain()).rejects.toThrow('the state was made by another definition');
    driver.restart(former);
    expect(shown(await driver.drain())).toEqual([['minutes', 100, 200, 'ON_TIME', 0, 1]]);
  });

  test('a function of the former definition, while a newer one is at work', async () => {
    const former = define({ minutes });
    const driver = new TestDriver(former);
    await driver.send(at(10));
    driver.restart(define({ minutes, hours: minutes }));
    await driver.send(at(20));
    driver.restart(former);
    await expect(driver.send(at(30))).rejects.toThrow(`definition ${former.fingerprint} has been replaced`);
    await expect(driver.advanceClock(1)).rejects.toThrow('windows.hours: is new, tumbling(100, offset 0)');
  });
});
