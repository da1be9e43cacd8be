import { expect, test } from 'vitest';
import { pause } from '../../shared/adapters/pause.ts';
import { startSchedule } from '../../local/schedule.ts';
import { eventually } from './eventually.ts';
import { unexpected } from './unexpected.ts';

function counting(run: () => unknown = () => {}) {
  const state = { runs: 0, running: 0, runningMax: 0 };
  const counted = async () => {
    state.runs += 1;
    state.running += 1;
    state.runningMax = Math.max(state.runningMax, state.running);
    await run();
    state.running -= 1;
  };
  return { state, run: counted };
}

function failing(): never {
  throw new Error('as told');
}

test('a schedule calls its function again and again until it is stopped', async () => {
  const { state, run } = counting();
  const schedule = startSchedule({ everyMs: 5, run, onError: unexpected });
  expect(state.runs).toBe(0);
  await eventually(() => state.runs >= 3);
  await schedule.stop();
  const { runs } = state;
  await pause(30);
  expect(state.runs).toBe(runs);
});

test('a run that takes long leaves ticks out, and stop waits for it', async () => {
  const { state, run } = counting(() => pause(30));
  const schedule = startSchedule({ everyMs: 5, run, onError: unexpected });
  await eventually(() => state.runs === 2);
  await schedule.stop();
  expect(state).toEqual({ runs: 2, running: 0, runningMax: 1 });
});

test('runs overlap only where that is asked for', async () => {
  const { state, run } = counting(() => pause(30));
  const schedule = startSchedule({ everyMs: 5, run, whenBusy: 'overlap', onError: unexpected });
  await eventually(() => state.runs >= 3);
  await schedule.stop();
  expect(state.runningMax).toBeGreaterThan(1);
  expect(state.running).toBe(0);
});

test('an error is told to the sink and ends nothing', async () => {
  const errors: string[] = [];
  const schedule = startSchedule({ everyMs: 5, run: failing, onError: (error) => errors.push(String(error)) });
  await eventually(() => errors.length >= 2);
  await schedule.stop();
  expect(new Set(errors)).toEqual(new Set(['Error: as told']));
});
