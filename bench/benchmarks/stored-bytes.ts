import type { Benchmark, Figure } from '../benchmark.ts';
import { cpuOfEach } from '../cpu.ts';
import { randomFrom } from '../random.ts';
import { type KeyKind, measuredTable, restored, stored } from '../stored-tables.ts';

const KEYS = 5_000;
const ROUNDS = 60;

/** Bytes a key, at most. */
const BOUNDS: readonly (readonly [kind: KeyKind, ofOneEvent: number, ofThree: number])[] = [
  ['id', 9, 13],
  ['address', 13, 17],
  ['random address', 13, 17],
  ['uuid', 25, 29],
];

export const benchmark: Benchmark = {
  about: `a table of ${KEYS} keys as it is stored: count, sum, min and max of random amounts of two decimals`,
  async run() {
    const figures: Figure[] = [];
    for (const [kind, ofOneEvent, ofThree] of BOUNDS) {
      for (const [events, what, atMost] of [
        [1, 'one event', ofOneEvent],
        [3, 'three events', ofThree],
        [undefined, '1.56 events', undefined],
      ] as const) {
        const table = measuredTable(kind, KEYS, events, randomFrom(1));
        const bytes = stored(table);
        const [writeUs, readUs] = await cpuOfEach([() => () => stored(table), () => () => restored(bytes)], ROUNDS);
        const each = (us = 0) => `${Math.round((us / table.size) * 1_000)} ns`;
        figures.push({
          what: `${kind}, ${what} a key`,
          value: bytes.length / table.size,
          unit: 'B',
          ...(atMost === undefined ? {} : { atMost }),
          note: `a key ${each(writeUs)} to write, ${each(readUs)} to read`,
        });
      }
    }
    return figures;
  },
};
