import { decodeCommitHeader } from '../log/commit.ts';
import { addByWindow, addCounts, type CountsByWindow, NO_RECORDS, type RecordCounts } from '../log/counts.ts';
import type { Cut } from '../log/epoch.ts';
import { type ShardId, shardLog } from '../log/keys.ts';
import { ORIGIN, type Position } from '../log/position.ts';
import type { LogStore } from '../ports/log-store.ts';
import type { ShardProgress } from '../watermarks/shard-progress.ts';

interface UnreadCommit {
  readonly position: Position;
  readonly counts: RecordCounts;
  readonly lateByWindow: CountsByWindow;
  readonly progress: ShardProgress;
}

/** What has been committed behind a cut. */
export interface Unread {
  readonly commits: number;
  readonly counts: RecordCounts;
  readonly lateByWindow: CountsByWindow;
  /** Of shards that have any. */
  readonly progress: ReadonlyMap<ShardId, ShardProgress>;
  /** False where there was more than one look reads. */
  readonly isCurrent: boolean;
}

// Ingest may have gone on for days while firing stood still; the next look goes on.
const COMMITS_A_LOOK = 2_000;

/** The commits that no epoch has taken in yet, by their headers. Remembers them, so that a look reads only what is new. */
export class UnreadCommits {
  readonly #pipeline: string;
  readonly #logStore: LogStore;
  readonly #byShard = new Map<ShardId, UnreadCommit[]>();

  constructor(pipeline: string, logStore: LogStore) {
    this.#pipeline = pipeline;
    this.#logStore = logStore;
  }

  /** @param shards All that are known, those of the cut among them. */
  async behind(cut: Cut, shards: readonly ShardId[]): Promise<Unread> {
    let left = COMMITS_A_LOOK;
    for (const shard of shards) {
      const { position = ORIGIN, isDrained = false } = cut[shard] ?? {};
      const unread = (this.#byShard.get(shard) ?? []).filter((commit) => commit.position > position);
      // Not at once: what is left is for all of them.
      while (!isDrained && left > 0) {
        const entries = await this.#logStore.read(shardLog(this.#pipeline, shard), unread.at(-1)?.position ?? position);
        if (entries.length === 0) break;
        for (const entry of entries) {
          const { counts, lateByWindow, clocks, arrivedFromMs, arrivedToMs, committedAtMs } = decodeCommitHeader(entry);
          unread.push({
            position: entry.position,
            counts,
            lateByWindow,
            progress: { clocks, arrivedFromMs, arrivedToMs, committedAtMs },
          });
        }
        left -= entries.length;
      }
      this.#byShard.set(shard, unread);
    }
    const all = [...this.#byShard.values()].flat();
    return {
      commits: all.length,
      counts: all.reduce((sum, { counts }) => addCounts(sum, counts), NO_RECORDS),
      lateByWindow: all.reduce<CountsByWindow>((sum, { lateByWindow }) => addByWindow(sum, lateByWindow), {}),
      progress: new Map(
        [...this.#byShard].flatMap(([shard, unread]) => unread.slice(-1).map(({ progress }) => [shard, progress] as const)),
      ),
      isCurrent: left > 0,
    };
  }
}
