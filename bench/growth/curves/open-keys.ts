import { setImmediate } from 'node:timers/promises';
import { CHUNKED_FROM_BYTES } from '../../../shared/cost/stored-entry.ts';
import { epochLog, snapshotLog } from '../../../shared/log/keys.ts';
import { ALWAYS, coldFire } from '../../cold-fire.ts';
import { cpuSecondsOf, cpuUs } from '../../cpu.ts';
import { filledLogs } from '../../filled-logs.ts';
import { measurements, NOON_MS } from '../../measurements.ts';
import { type Growth, points, toFirst } from '../plot.ts';

const KEYS = [10_000, 100_000, 300_000, 1_000_000, 2_000_000];
/** So that few keys are measured as long as many. */
const KEYS_MEASURED = 200_000;
const WARM_UPS = 2;
const MEBIBYTE = 2 ** 20;
const OPEN_MS = NOON_MS + 30_000;
const COMPLETE_MS = NOON_MS + 90_000;

interface Measured {
  readonly mergeUs: number;
  readonly fireUs: number;
  readonly publishUs: number;
  readonly restoreUs: number;
  readonly heldMib: number;
  readonly peakMib: number;
  readonly epochBytes: number;
  readonly snapshotBytes: number;
}

async function heapMib(): Promise<number> {
  // Buffers are let go a turn after what held them.
  for (let turn = 0; turn < 3; turn++) {
    globalThis.gc?.();
    await setImmediate();
  }
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / MEBIBYTE;
}

/** One window of so many keys: opened, fired, written down. Times are CPU of a key. */
async function measure(keys: number): Promise<Measured> {
  const rounds = Math.max(1, Math.round(KEYS_MEASURED / keys));
  const open = await filledLogs(keys, keys, OPEN_MS);
  const complete = await filledLogs(keys, keys, COMPLETE_MS);
  let [mergeS, wholeUs, publishUs] = [0, 0, 0];
  for (let round = 0; round < rounds; round++) {
    mergeS += await cpuSecondsOf(() => coldFire(open).fire.fire());
    const store = round === 0 ? complete : await filledLogs(keys, keys, COMPLETE_MS);
    const { fire, seen } = coldFire(store);
    const beganAtUs = cpuUs();
    await fire.fire();
    wholeUs += seen.appendedAtUs - beganAtUs;
    publishUs += cpuUs() - seen.appendedAtUs;
  }
  // Only ever more: what follows is smaller.
  const peakMib = process.resourceUsage().maxRSS / 1_024;

  const before = await heapMib();
  const { fire } = coldFire(open);
  await fire.fire();
  const heldMib = (await heapMib()) - before;
  await coldFire(open, { snapshots: ALWAYS }).fire.fire();
  const restoreS = await cpuSecondsOf(() => coldFire(open).fire.fire());
  const mergeUs = (mergeS * 1e6) / rounds / keys;
  return {
    mergeUs,
    fireUs: wholeUs / rounds / keys - mergeUs,
    publishUs: publishUs / rounds / keys,
    restoreUs: (restoreS * 1e6) / keys,
    heldMib,
    peakMib,
    epochBytes: (await complete.last(epochLog(measurements.name)))?.payload.length ?? 0,
    snapshotBytes: (await open.last(snapshotLog(measurements.name)))?.payload.length ?? 0,
  };
}

export const benchmark: Growth = {
  about: 'fire by how many keys one window has: count, sum, min and max, commits of 10,000 keys',
  async run() {
    for (let round = 0; round < WARM_UPS; round++) await measure(KEYS[0] as number);
    const measured: Measured[] = [];
    for (const keys of KEYS) measured.push(await measure(keys));
    const of = (name: keyof Measured) => measured.map((each) => each[name]);
    const x = { what: 'keys in the window', scale: 'log' } as const;
    return {
      'open-keys-cpu': {
        title: 'CPU of fire by open keys',
        x,
        y: { what: 'CPU of a key, to that of 10,000 keys', scale: 'linear' },
        series: [
          { name: 'read and merge', points: toFirst(KEYS, of('mergeUs')) },
          { name: 'finalize and encode', points: toFirst(KEYS, of('fireUs')) },
          { name: 'publish', points: toFirst(KEYS, of('publishUs')) },
        ],
      },
      'open-keys-memory': {
        title: 'Memory of fire by open keys',
        x,
        y: { what: 'MiB', scale: 'log' },
        series: [
          { name: 'held while the window is open', points: points(KEYS, of('heldMib')) },
          { name: 'most of the process while it fires', points: points(KEYS, of('peakMib')) },
        ],
        limits: [
          { what: 'fireMemoryMb 1,769, the default', at: 1_769 },
          { what: 'fireMemoryMb 10,240, the most', at: 10_240 },
        ],
      },
      'open-keys-stored': {
        title: 'What fire writes by open keys',
        x,
        y: { what: 'bytes', scale: 'log' },
        series: [
          { name: 'epoch', points: points(KEYS, of('epochBytes')) },
          { name: 'snapshot', points: points(KEYS, of('snapshotBytes')) },
        ],
        limits: [{ what: '350 KiB: chunks, or S3', at: CHUNKED_FROM_BYTES }],
      },
    };
  },
};
