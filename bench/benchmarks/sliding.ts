import { boundedOutOfOrderness, pipeline, sliding } from 'mullion';
import type { Position } from '../../shared/log/position.ts';
import type { Benchmark, Figure } from '../benchmark.ts';
import { AMOUNTS, type Measurement } from '../measurements.ts';
import { MeteredStore } from '../metered-store.ts';
import { SteppedSystem } from '../stepped-system.ts';

const SLICES = [1, 10, 60, 600, 3_600];
const SLIDE_MS = 10_000;
const KEYS = 200;
/** Enough that nearly every key has events in every slide, so that every size has the same panes to fire. */
const EVENTS_A_SLIDE = 1_200;
const MEASURED_SLIDES = 300;

/** A pipeline with windows of so many slides, on logs in memory. */
class SlidingSystem {
  readonly store = new MeteredStore();
  readonly #system: SteppedSystem;

  constructor(slices: number) {
    const definition = pipeline<Measurement>('measurements', {
      timestamp: ({ at }) => at,
      watermark: boundedOutOfOrderness(0),
      windows: {
        recent: {
          keyBy: ({ deviceId }) => deviceId,
          window: sliding(slices * SLIDE_MS, SLIDE_MS),
          aggregate: AMOUNTS,
        },
      },
    });
    this.#system = new SteppedSystem(definition, this.store, { stepMs: SLIDE_MS, eventsAStep: EVENTS_A_SLIDE, keys: KEYS });
  }

  /** The events of one more slide; CPU of folding and firing them, in microseconds. */
  async slide(): Promise<number> {
    const { ingestUs, fireUs } = await this.#system.step();
    // What has been read is in the memory of `fire`.
    for (const log of this.store.names) this.store.trim(log, Number.POSITIVE_INFINITY as Position);
    return ingestUs + fireUs;
  }
}

export const benchmark: Benchmark = {
  about: `sliding windows of up to ${SLICES.at(-1)} slides, ${EVENTS_A_SLIDE} events of ${KEYS} keys a slide: ingest and fire together`,
  async run() {
    const figures: Figure[] = [];
    for (const slices of SLICES) {
      const one = new SlidingSystem(1);
      const many = new SlidingSystem(slices);
      // Until the windows are full.
      for (let slide = 0; slide < slices + MEASURED_SLIDES; slide++) await many.slide();
      for (let slide = 0; slide < MEASURED_SLIDES; slide++) await one.slide();
      const before = { one: one.store.writeUnits, many: many.store.writeUnits };
      let cpuOfOneUs = 0;
      let cpuOfManyUs = 0;
      // In turns, so that what else the machine does meets both.
      for (let slide = 0; slide < MEASURED_SLIDES; slide++) {
        cpuOfOneUs += await one.slide();
        cpuOfManyUs += await many.slide();
      }
      const units = (many.store.writeUnits - before.many) / (one.store.writeUnits - before.one);
      const snapshots = many.store.snapshotShare;
      const what = `windows of ${slices} slides`;
      figures.push(
        { what: `${what}: CPU an event, to windows of one slide`, value: cpuOfManyUs / cpuOfOneUs, unit: '×', atMost: 1.1 },
        { what: `${what}: write units of commits and epochs, likewise`, value: units, unit: '×', atMost: 1.1 },
        { what: `${what}: bytes of snapshots to bytes of commits`, value: snapshots, unit: '×', atMost: 2, note: 'for cold starts' },
      );
    }
    return figures;
  },
};
