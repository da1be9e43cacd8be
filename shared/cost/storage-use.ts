import { GB, MONTH_DAYS } from './month.ts';
import type { StoredEntry } from './stored-entry.ts';

/** What the entries of one kind take in a month. */
export interface EntryUse {
  readonly count: number;
  readonly entry: StoredEntry;
}

/** What a table and a bucket are charged for: units and requests of a month, and what stands in them on average. */
export interface StorageUse {
  readonly writeUnits: number;
  readonly readUnits: number;
  readonly tableGb: number;
  readonly puts: number;
  readonly gets: number;
  readonly objectGb: number;
}

// So that an entry that is still there has its payload.
export const OBJECTS_OUTLIVE_DAYS = 7;

/** Of appends; what is read besides comes on top. */
export function storageUse(entries: readonly EntryUse[], stateRetentionDays: number): StorageUse {
  const total = (of: (entry: StoredEntry) => number) => entries.reduce((sum, { count, entry }) => sum + count * of(entry), 0);
  const gbKept = (bytes: number, days: number) => ((bytes / GB) * days) / MONTH_DAYS;
  return {
    writeUnits: total(({ writeUnits }) => writeUnits),
    readUnits: total(({ readUnits }) => readUnits),
    tableGb: gbKept(
      total(({ tableBytes }) => tableBytes),
      stateRetentionDays,
    ),
    puts: total(({ objects }) => objects),
    gets: 0,
    objectGb: gbKept(
      total(({ objectBytes }) => objectBytes),
      stateRetentionDays + OBJECTS_OUTLIVE_DAYS,
    ),
  };
}
