import { boundedOutOfOrderness, pipeline, tumbling } from 'mullion';
import { AMOUNTS, type Measurement } from '../../measurements.ts';
import { MeteredStore } from '../../metered-store.ts';
import { SteppedSystem } from '../../stepped-system.ts';
import { type Growth, toFirst } from '../plot.ts';

const LANES = [1, 2, 4, 8, 16, 32, 64];
const STEPS = 8;
const WINDOW_MS = 60_000;

function withLanes(lanes: number) {
  return pipeline<Measurement>('measurements', {
    timestamp: ({ at }) => at,
    watermark: boundedOutOfOrderness(0),
    lanes,
    windows: { perMinute: { keyBy: ({ deviceId }) => deviceId, window: tumbling(WINDOW_MS), aggregate: AMOUNTS } },
  });
}

export const benchmark: Growth = {
  about: 'lanes: 20,000 events of 10,000 keys a window of a minute, in one batch',
  async run() {
    const running = LANES.map((lanes) => {
      const store = new MeteredStore();
      const system = new SteppedSystem(withLanes(lanes), store, { stepMs: WINDOW_MS, eventsAStep: 20_000, keys: 10_000 });
      return { lanes, store, system, fireUs: 0, ingestUs: 0, readBytes: 0, commitBytes: 0, epochBytes: 0 };
    });
    for (let step = 0; step < STEPS / 2; step++) for (const { system } of running) await system.step();
    for (const each of running) {
      each.readBytes = -each.store.readBytes;
      each.commitBytes = -each.store.written('commit').bytes;
      each.epochBytes = -each.store.written('epoch').bytes;
    }
    for (let step = 0; step < STEPS; step++) {
      for (const each of running) {
        const { ingestUs, fireUs } = await each.system.step();
        each.ingestUs += ingestUs;
        each.fireUs += fireUs;
      }
    }
    for (const each of running) {
      each.readBytes += each.store.readBytes;
      each.commitBytes += each.store.written('commit').bytes;
      each.epochBytes += each.store.written('epoch').bytes;
    }
    const of = (count: (each: (typeof running)[number]) => number) => toFirst(LANES, running.map(count));
    return {
      lanes: {
        title: 'Lanes: the same events in more of them',
        x: { what: 'lanes', scale: 'log' },
        y: { what: 'to one lane', scale: 'log' },
        series: [
          { name: 'CPU of one lane’s fire', points: of(({ fireUs, lanes }) => fireUs / lanes) },
          { name: 'CPU of ingest', points: of(({ ingestUs }) => ingestUs) },
          { name: 'bytes read, all lanes', points: of(({ readBytes }) => readBytes) },
          { name: 'bytes of commits', points: of(({ commitBytes }) => commitBytes) },
          { name: 'bytes of epochs', points: of(({ epochBytes }) => epochBytes) },
        ],
      },
    };
  },
};
