import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeEpoch, decodeEpochHeader, encodeEpoch, type Epoch, readEpochLines } from '../../shared/log/epoch.ts';
import { CorruptEntryError } from '../../shared/log/frame.ts';
import type { Pane } from '../../shared/pipeline/pane.ts';
import type { Position } from '../../shared/log/position.ts';
import type { LateRefusal } from '../../shared/log/refusal.ts';
import { END_OF_TIME, type EventTime } from '../../shared/time/event-time.ts';

const paneOf = (key: string) =>
  ({ id: `p:w:0-10:${key}:0`, key, start: 0 as EventTime, end: 10 as EventTime, value: { n: 0.1 } }) as unknown as Pane;
const refusalOf = (key: string) => ({ kind: 'lateDelta', id: `p:w:0-10:${key}@s:1`, key }) as unknown as LateRefusal;

const EPOCH: Epoch = {
  kind: 'epoch',
  fingerprint: 'f',
  watermark: END_OF_TIME,
  cut: {},
  leftOut: [],
  replayFrom: 3 as Position,
  firedAtMs: 5,
  closedTo: {},
  open: {},
  counts: { read: 1, folded: 1, filtered: 0, late: 0, invalid: 0 },
  lateByWindow: {},
  timersDue: ['w:early'],
  timers: { 'w:early': 5, 'w:late': 3 },
  panesFired: 1,
  panes: [],
  refusals: [],
};

describe('an epoch', () => {
  test('comes back as it was, with any number of panes and refusals, whatever their keys hold', () => {
    const keys = fc.array(fc.oneof(fc.string(), fc.constantFrom('', '\n', '\n\n', '"', '\\', '\u2028', 'é', '😀', '\u0000')), {
      maxLength: 5,
    });
    fc.assert(
      fc.property(keys, keys, (paneKeys, refusalKeys) => {
        const epoch = { ...EPOCH, panes: paneKeys.map(paneOf), refusals: refusalKeys.map(refusalOf) };
        const entry = encodeEpoch(epoch);
        const { panes: _panes, refusals: _refusals, ...header } = epoch;
        expect(decodeEpoch(entry)).toEqual(epoch);
        expect(decodeEpochHeader(entry)).toEqual(header);
      }),
    );
  });

  test.each([0, 1, 20_000])('of so many panes that they are read in turns comes back as it was, with %d refusals', (refusals) => {
    const epoch = {
      ...EPOCH,
      panes: Array.from({ length: 20_000 }, (_each, index) => paneOf(`ü${index}`)),
      refusals: Array.from({ length: refusals }, (_each, index) => refusalOf(`r${index}`)),
    };
    const entry = encodeEpoch(epoch);
    const turns = [...readEpochLines(entry)];
    expect(turns.length).toBeGreaterThan(1);
    expect(turns.flatMap(({ panes }) => panes)).toEqual(epoch.panes.map((pane) => JSON.stringify(pane)));
    expect(decodeEpoch(entry)).toEqual(epoch);
  });

  test('whose readable part was changed is refused, by whoever reads that part alone, too', () => {
    const entry = encodeEpoch({ ...EPOCH, panes: [paneOf('a')] });
    const damaged = { ...entry, header: entry.header.replace('8640000000000000', '8640000000000001') };
    expect(() => decodeEpoch(damaged)).toThrow(CorruptEntryError);
    expect(() => decodeEpochHeader(damaged)).toThrow(CorruptEntryError);
  });
});
