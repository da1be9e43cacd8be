import { describe, expect, test } from 'vitest';
import { type Commit, decodeCommit, decodeCommitHeader, encodeCommit } from '../../shared/log/commit.ts';
import { ForeignStateError } from '../../shared/log/definition-history.ts';
import { CorruptEntryError } from '../../shared/log/frame.ts';
import type { ShardId } from '../../shared/log/keys.ts';
import type { SequenceNumber } from '../../shared/log/sequence-number.ts';
import { Table } from '../../shared/table/table.ts';
import type { LogEntry } from '../../shared/log/log-entry.ts';
import type { EventTime } from '../../shared/time/event-time.ts';
import { FIRST_HOUR, foldEvent } from '../fixtures/fold-event.ts';
import { changedTemperatures, temperatures } from '../fixtures/temperature-pipeline.ts';

const COMMIT: Commit = {
  kind: 'commit',
  fingerprint: temperatures.fingerprint,
  shard: 'shardId-000000000007' as ShardId,
  first: '49590338271490256608559692538361571095921575989136588898' as SequenceNumber,
  last: '49590338271490256608559692538361571095921575989136588899' as SequenceNumber,
  clocks: { '*': { time: -1 as EventTime, arrivedAtMs: 900 } },
  arrivedFromMs: 800,
  arrivedToMs: 900,
  committedAtMs: 1_000,
  counts: { read: 2, folded: 2, filtered: 0, late: 0, invalid: 0 },
  lateByWindow: { buildings: 1 },
  deltas: temperatures.operators.map((operator, index) => {
    const table = new Table(operator.shape);
    foldEvent(table, 'ä', { celsius: 1.5 });
    foldEvent(table, 'b', { celsius: -2 });
    return { window: operator.name, start: (-10_000 * (index + 1)) as EventTime, table };
  }),
};

function changed(entry: LogEntry, from: string, to: string): LogEntry {
  expect(entry.header).toContain(from);
  return { ...entry, header: entry.header.replace(from, to) };
}

describe('a commit', () => {
  test('comes back as it was, its readable part alone as well', () => {
    const { deltas, ...header } = COMMIT;
    const entry = encodeCommit(COMMIT);
    expect(decodeCommitHeader(entry)).toEqual(header);
    const decoded = decodeCommit(temperatures, entry);
    expect({ ...decoded, deltas: [] }).toEqual({ ...header, deltas: [] });
    expect(decoded.deltas.map(({ window, start }) => [window, start])).toEqual([
      ['sensors', -10_000],
      ['buildings', -20_000],
    ]);
    for (const [index, { table }] of decoded.deltas.entries()) {
      expect(table.keys).toEqual(['ä', 'b']);
      expect([table.results(0, FIRST_HOUR), table.results(1, FIRST_HOUR)]).toEqual([
        deltas[index]?.table.results(0, FIRST_HOUR),
        deltas[index]?.table.results(1, FIRST_HOUR),
      ]);
    }
  });

  test('of a batch that folded nothing is a header and hardly any bytes', () => {
    const entry = encodeCommit({ ...COMMIT, deltas: [] });
    expect(entry.payload.length).toBeLessThan(10);
    expect(decodeCommit(temperatures, entry).deltas).toEqual([]);
  });

  test('whose readable part was changed is refused, by whoever reads that part alone, too', () => {
    const damaged = changed(encodeCommit(COMMIT), '588899', '588999');
    expect(() => decodeCommit(temperatures, damaged)).toThrow(CorruptEntryError);
    expect(() => decodeCommitHeader(damaged)).toThrow(CorruptEntryError);
    const unreadable = changed(encodeCommit(COMMIT), '{"kind"', '{kind');
    expect(() => decodeCommitHeader(unreadable)).toThrow(CorruptEntryError);
  });

  test('of another definition is refused, and the sentence names both', () => {
    const entry = encodeCommit(COMMIT);
    expect(() => decodeCommit(changedTemperatures, entry)).toThrow(ForeignStateError);
    expect(() => decodeCommit(changedTemperatures, entry)).toThrow(
      `pipeline 'temperatures': a commit of shardId-000000000007 was made by another definition (fingerprint ${temperatures.fingerprint}; ` +
        `this one is ${changedTemperatures.fingerprint})`,
    );
  });
});
