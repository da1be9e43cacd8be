import { Buffer } from 'node:buffer';
import type { Refusal, RefusalReason } from '../log/refusal.ts';
import type { Clock } from '../ports/clock.ts';
import type { RefusalFeed } from '../ports/refusal-feed.ts';
import type { EventTime } from '../time/event-time.ts';
import type { Sight } from './firing-tail.ts';

/** A refusal as somebody sees it who watches: why, where, and how it begins. The side stream has all of it. */
export interface SeenRefusal {
  readonly id: string;
  readonly kind: Refusal['kind'];
  readonly code: RefusalReason['code'];
  readonly message: string;
  /** The window definitions it came too late for. */
  readonly windows: readonly string[];
  /** How many events it stands for. */
  readonly events: number;
  readonly key?: string;
  /** The watermark that had passed. */
  readonly watermark?: EventTime;
  /** When it reached the input stream, in epoch milliseconds. */
  readonly arrivedAtMs?: number;
  /** How what was refused begins. */
  readonly text?: string;
}

const KEPT = 200;
const TEXT_LENGTH_MAX = 160;
// Base64: as much as such a text may take, of four bytes a character.
const DATA_LENGTH_MAX = Math.ceil((TEXT_LENGTH_MAX * 4) / 3) * 4;
// However many watch, the stream is asked once.
const READ_EVERY_MS = 900;

/** The newest of what was refused. */
export class RecentRefusals {
  readonly #feed: RefusalFeed;
  readonly #clock: Clock;
  #reading: Promise<void> | undefined;
  #readAtMs = Number.NEGATIVE_INFINITY;
  /** Oldest first. */
  #kept = new Map<string, SeenRefusal>();

  constructor(feed: RefusalFeed, clock: Clock) {
    this.#feed = feed;
    this.#clock = clock;
  }

  /** Newest first. What came packed with others, raw, has no key that could be told from outside, and is left out for no key. */
  async look({ windows, prefix }: Sight, limit: number): Promise<readonly SeenRefusal[]> {
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined;
    });
    await this.#reading;
    return [...this.#kept.values()]
      .reverse()
      .filter(
        ({ windows: of, key }) => (of.length === 0 || of.some((each) => windows.includes(each))) && (key ?? prefix).startsWith(prefix),
      )
      .slice(0, limit);
  }

  async #read(): Promise<void> {
    const nowMs = this.#clock.nowMs();
    if (nowMs - this.#readAtMs < READ_EVERY_MS) return;
    this.#readAtMs = nowMs;
    // The parts of a payload have one id, as has what was put again.
    for (const refusal of await this.#feed.read()) if (!this.#kept.has(refusal.id)) this.#kept.set(refusal.id, seenRefusal(refusal));
    this.#kept = new Map([...this.#kept].slice(-KEPT));
  }
}

function seenRefusal(refusal: Refusal): SeenRefusal {
  const { id, kind, reason } = refusal;
  const said = { id, kind, code: reason.code, message: reason.message };
  if (refusal.kind === 'oversized') return { ...said, windows: [], events: 0, text: beginningOf(refusal.data) };
  if (refusal.kind === 'lateDelta') {
    const { window, count, key, watermark } = refusal;
    return { ...said, windows: [window], events: count, key, watermark };
  }
  const { windows = [], events, watermark, arrivedAtMs, data } = refusal;
  return {
    ...said,
    windows,
    events: events?.count ?? 1,
    ...(watermark === undefined ? {} : { watermark }),
    arrivedAtMs,
    text: beginningOf(data),
  };
}

function beginningOf(data: string): string {
  return Buffer.from(data.slice(0, DATA_LENGTH_MAX), 'base64').toString('utf8').slice(0, TEXT_LENGTH_MAX);
}
