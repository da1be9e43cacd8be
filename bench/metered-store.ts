import { MemoryLogStore } from '../shared/adapters/memory/memory-log-store.ts';
import type { LogName } from '../shared/log/keys.ts';
import type { AppendOutcome, LogEntry, PositionedEntry } from '../shared/log/log-entry.ts';
import type { Position } from '../shared/log/position.ts';

const WRITE_UNIT_BYTES = 1_024;

/** What was written of one kind of entries: of a shard's log, or another. */
export interface Metered {
  readonly bytes: number;
  /** What DynamoDB would bill, names of attributes aside. */
  readonly writeUnits: number;
}

const NOTHING: Metered = { bytes: 0, writeUnits: 0 };

/** Logs in memory that add up what is read, and what is written, by the kind of entry: `commit`, `epoch`, `snapshot` … */
export class MeteredStore extends MemoryLogStore {
  readonly #written = new Map<string, Metered>();
  /** Of all that was read, the newest entry of a log included. */
  readBytes = 0;

  override async append(log: LogName, position: Position, entry: LogEntry): Promise<AppendOutcome> {
    const { kind } = JSON.parse(entry.header) as { readonly kind: string };
    const { bytes, writeUnits } = this.written(kind);
    const size = sizeOf(log, entry);
    this.#written.set(kind, { bytes: bytes + size, writeUnits: writeUnits + Math.ceil(size / WRITE_UNIT_BYTES) });
    return super.append(log, position, entry);
  }

  override async read(log: LogName, after: Position): Promise<readonly PositionedEntry[]> {
    const entries = await super.read(log, after);
    for (const entry of entries) this.readBytes += sizeOf(log, entry);
    return entries;
  }

  override async last(log: LogName): Promise<PositionedEntry | undefined> {
    const entry = await super.last(log);
    if (entry !== undefined) this.readBytes += sizeOf(log, entry);
    return entry;
  }

  /** Of commits and epochs. */
  get writeUnits(): number {
    return this.written('commit').writeUnits + this.written('epoch').writeUnits;
  }

  /** Bytes of snapshots for a byte of commits. */
  get snapshotShare(): number {
    return this.written('snapshot').bytes / this.written('commit').bytes;
  }

  written(kind: string): Metered {
    return this.#written.get(kind) ?? NOTHING;
  }
}

function sizeOf(log: LogName, { header, payload }: LogEntry): number {
  return log.length + header.length + payload.length;
}
