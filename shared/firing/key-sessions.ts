import type { ByteReader, ByteWriter } from '../log/bytes.ts';
import type { Position } from '../log/position.ts';
import { readTable, writeTable } from '../log/table-codec.ts';
import type { PaneTiming } from '../pipeline/pane.ts';
import type { WindowOperator } from '../pipeline/window-operator.ts';
import { Table } from '../table/table.ts';
import type { EventTime } from '../time/event-time.ts';
import type { PaneContent } from './pane-content.ts';

/** Events that belong together whatever else comes. */
export interface Fragment {
  readonly start: EventTime;
  readonly end: EventTime;
  readonly table: Table;
  /** What came since a pane last held it; the same table while none has. */
  readonly fresh: Table | undefined;
}

/** A pane of a session that has left and has not been replaced. */
export interface FiredSession {
  readonly start: EventTime;
  readonly end: EventTime;
  readonly index: number;
  readonly timing: PaneTiming;
  readonly content: PaneContent;
  readonly said: Weight;
}

/** How much a trigger counts. */
export interface Weight {
  readonly events: number;
  readonly critical: number;
}

/** What is known of one key: its sessions, as fragments, and what has been said of them. */
export interface KeySessions {
  /** By start, rising. */
  fragments: Fragment[];
  fired: FiredSession[];
  readonly firstEpoch: Position;
}

type Sessions = ReadonlyMap<string, KeySessions>;

/** Writes the sessions of all keys: key by key what they are, then all their fragments as one table, and what no pane has said of them as another. */
export function writeSessions(writer: ByteWriter, { shape }: WindowOperator<never>, sessions: Sessions): void {
  const fragmentTable = new Table(shape);
  const freshTable = new Table(shape);
  writer.varint(sessions.size);
  for (const [key, { firstEpoch, fragments, fired }] of [...sessions].sort(([a], [b]) => (a < b ? -1 : 1))) {
    writer.text(key);
    writer.varint(firstEpoch);
    writer.varint(fragments.length);
    for (const { table, fresh } of fragments) {
      const row = String(fragmentTable.size);
      fragmentTable.mergeRow(table, 0, row);
      if (fresh !== undefined && fresh.size > 0) freshTable.mergeRow(fresh, 0, row);
    }
    writer.varint(fired.length);
    for (const pane of fired) writeFired(writer, pane);
  }
  writeTable(writer, fragmentTable);
  writeTable(writer, freshTable);
}

/** @param boundsOf The start and the end of a fragment, by its row. */
export function readSessions(
  reader: ByteReader,
  { shape, accumulation }: WindowOperator<never>,
  boundsOf: (table: Table, row: number) => Pick<Fragment, 'start' | 'end'>,
): Map<string, KeySessions> {
  const keys = Array.from({ length: reader.varint() }, () => ({
    key: reader.text(),
    firstEpoch: reader.varint() as Position,
    fragments: reader.varint(),
    fired: Array.from({ length: reader.varint() }, () => readFired(reader)),
  }));
  const fragmentTable = readTable(reader, shape);
  const freshTable = readTable(reader, shape);
  const alone = (from: Table, row: number | undefined, key: string) => {
    const table = new Table(shape, 1);
    if (row !== undefined) table.mergeRow(from, row, key);
    return table;
  };
  let row = 0;
  const fragment = (key: string): Fragment => {
    const fresh = accumulation === 'discarding' ? alone(freshTable, freshTable.rowOf(String(row)), key) : undefined;
    return { ...boundsOf(fragmentTable, row), table: alone(fragmentTable, row++, key), fresh };
  };
  return new Map(
    keys.map(({ key, firstEpoch, fragments, fired }) => [
      key,
      { firstEpoch, fired, fragments: Array.from({ length: fragments }, () => fragment(key)) },
    ]),
  );
}

function writeFired(writer: ByteWriter, { start, end, index, timing, content, said }: FiredSession): void {
  writer.float64(start);
  writer.float64(end);
  writer.varint(index);
  writer.text(timing);
  writer.text(JSON.stringify(content));
  writer.varint(said.events);
  writer.varint(said.critical);
}

function readFired(reader: ByteReader): FiredSession {
  return {
    start: reader.float64() as EventTime,
    end: reader.float64() as EventTime,
    index: reader.varint(),
    timing: reader.text() as PaneTiming,
    content: JSON.parse(reader.text()) as PaneContent,
    said: { events: reader.varint(), critical: reader.varint() },
  };
}
