import { epochLog, snapshotLog } from '../../shared/log/keys.ts';
import type { Benchmark } from '../benchmark.ts';
import { ALWAYS, coldFire } from '../cold-fire.ts';
import { cpuSecondsOf, cpuUs } from '../cpu.ts';
import { filledLogs } from '../filled-logs.ts';
import { measurements, NOON_MS } from '../measurements.ts';

const KEYS = 1_000_000;

export const benchmark: Benchmark = {
  about: `fire on one window of ${KEYS.toLocaleString('en')} keys: count, sum, min and max, commits of 10,000 keys, seconds of CPU`,
  async run() {
    const complete = await filledLogs(KEYS, KEYS, NOON_MS + 90_000);
    const idleBytes = process.memoryUsage().rss;
    const { fire, seen } = coldFire(complete);
    const beganAtUs = cpuUs();
    await fire.fire();
    const publishedAtUs = cpuUs();
    const peakBytes = process.resourceUsage().maxRSS * 1024;
    if (seen.panes !== KEYS) throw new Error(`${seen.panes} panes left`);
    const epoch = await complete.last(epochLog(measurements.name));

    const many = await filledLogs(KEYS, 5 * KEYS, NOON_MS + 30_000);
    const mergeS = await cpuSecondsOf(() => coldFire(many).fire.fire());

    const open = await filledLogs(KEYS, KEYS, NOON_MS + 30_000);
    const snapshotS = await cpuSecondsOf(() => coldFire(open, { snapshots: ALWAYS }).fire.fire());
    const snapshot = await open.last(snapshotLog(measurements.name));
    const restoreS = await cpuSecondsOf(() => coldFire(open).fire.fire());

    return [
      {
        what: 'read, merge, finalize and encode',
        value: (seen.appendedAtUs - beganAtUs) / 1e6,
        unit: 's',
        atMost: 4,
        note: `an epoch of ${epoch?.payload.length} bytes`,
      },
      {
        what: 'most memory of that',
        value: peakBytes / 2 ** 30,
        unit: 'GiB',
        atMost: 1.5,
        note: `of which before it began: ${(idleBytes / 2 ** 30).toFixed(2)}`,
      },
      {
        what: 'panes a second made ready to be published',
        value: (KEYS * 1e6) / (publishedAtUs - seen.appendedAtUs),
        unit: '/s',
        atLeast: 50_000,
        note: 'what the stream takes for them comes on top',
      },
      { what: '5,000,000 keys of commits read and merged', value: mergeS, unit: 's', atMost: 5 },
      { what: 'read, merge and write a snapshot', value: snapshotS, unit: 's', note: `${snapshot?.payload.length} bytes` },
      { what: 'restore from it', value: restoreS, unit: 's', atMost: 5 },
    ];
  },
};
