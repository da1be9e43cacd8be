import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TestDriver } from 'mullion/testing';
import pipeline, { type Reading } from './pipeline.ts';

const NOON = Date.UTC(2026, 0, 1, 12);
const MINUTE = 60_000;

const reading = (afterNoonMs: number, temperature: number): Reading => ({
  time: NOON + afterNoonMs,
  sensor: 'sensor-1',
  room: 'kitchen',
  temperature,
});

test('a minute is counted by when its readings were taken, in whatever order they come', async () => {
  const driver = new TestDriver(pipeline);
  assert.deepEqual(await driver.send([reading(30_000, 22), reading(10_000, 20)]), []);
  // The watermark follows the latest reading at a distance of five seconds, and closes the minute here.
  const [pane] = await driver.send([reading(MINUTE + 5_001, 25)]);
  assert.equal(pane?.start, NOON);
  assert.equal(pane.end, NOON + MINUTE);
  assert.equal(pane.key, 'kitchen');
  assert.deepEqual(pane.value, { readings: 2, average: 21, highest: 22 });
});

test('a reading that comes late corrects its minute, and one that comes too late is refused', async () => {
  const driver = new TestDriver(pipeline);
  await driver.send([reading(30_000, 20), reading(MINUTE + 10_000, 20)]);
  const [correction] = await driver.send([reading(40_000, 26)]);
  assert.equal(correction?.pane.timing, 'LATE');
  assert.deepEqual(correction.value, { readings: 2, average: 23, highest: 26 });
  await driver.send([reading(5 * MINUTE, 20)]);
  assert.deepEqual(await driver.send([reading(50_000, 30)]), []);
  assert.equal(driver.sideOutput().length, 1);
});

test('nothing is left open at the end', async () => {
  const driver = new TestDriver(pipeline);
  await driver.send([reading(0, 20), reading(MINUTE, 21), reading(2 * MINUTE, 22)]);
  await driver.drain();
  assert.equal(driver.openWindows(), 0);
});
