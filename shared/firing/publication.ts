import type { Epoch } from '../log/epoch.ts';
import { type LogName, publicationLog, publicationProgressLog } from '../log/keys.ts';
import type { PositionedEntry } from '../log/log-entry.ts';
import { nextPosition, ORIGIN, type Position } from '../log/position.ts';
import type { Lane } from '../pipeline/lane.ts';
import type { LogStore } from '../ports/log-store.ts';
import type { OutputRecord, Publisher } from '../ports/publisher.ts';
import type { TimeLimit } from '../ports/time-limit.ts';

export interface PublicationPorts {
  readonly logStore: LogStore;
  /** Takes panes. */
  readonly outputStream: Publisher;
  /** Takes refusals. */
  readonly sideStream: Publisher;
}

/** How much of an epoch was published by a call. */
export interface Published {
  /** Panes and refusals. */
  readonly documents: number;
  /** Whether nothing of it is left. */
  readonly isComplete: boolean;
}

/** What a note of progress says: so many documents of the epoch at that position are on their streams. */
interface Progress {
  readonly kind: 'publishing';
  readonly epoch: Position;
  readonly documents: number;
}

// Seconds of a stream with one shard, which takes 1,000 records a second: what a crash repeats at most.
const PORTION = 5_000;
// The rest of the time is for what is on its way, and a snapshot.
const SPENT_SHARE_MAX = 0.75;

/**
 * Puts the epochs of a lane on the streams, and notes in a log that they are out. A large epoch goes out in portions, with a note after each, so that
 * whoever publishes it again goes on where the last one stopped. The notes spare work and decide nothing.
 */
export class Publication {
  readonly #ports: PublicationPorts;
  readonly #log: LogName;
  readonly #progressLog: LogName;
  readonly #portion: number;

  /** @param portion How many documents go out between two notes. */
  constructor(pipeline: string, lane: Lane, ports: PublicationPorts, portion: number = PORTION) {
    this.#ports = ports;
    this.#log = publicationLog(pipeline, lane);
    this.#progressLog = publicationProgressLog(pipeline, lane);
    this.#portion = portion;
  }

  /** Whether an epoch is known to be out. */
  async isOut(epoch: Position): Promise<boolean> {
    const newest = await this.#ports.logStore.last(this.#log);
    return (newest?.position ?? ORIGIN) >= epoch;
  }

  /** Publishes what is left of an epoch, as far as there is time: at least one portion. */
  async publish(position: Position, epoch: Epoch, limit: TimeLimit): Promise<Published> {
    const { panes, refusals } = epoch;
    const total = panes.length + refusals.length;
    const before = total > this.#portion ? await this.#progress(position) : 0;
    let done = before;
    while (done < total) {
      const next = Math.min(done + this.#portion, total);
      await this.#put(epoch, done, next);
      done = next;
      if (done === total) break;
      await this.#note({ kind: 'publishing', epoch: position, documents: done });
      if (limit.spentShare >= SPENT_SHARE_MAX) return { documents: done - before, isComplete: false };
    }
    const header = JSON.stringify({ kind: 'published', panes: panes.length, refusals: refusals.length });
    await this.#ports.logStore.append(this.#log, position, { header, payload: new Uint8Array() });
    return { documents: done - before, isComplete: true };
  }

  /** The documents from one number to another: the panes, then the refusals. */
  async #put({ panes, refusals }: Epoch, from: number, to: number): Promise<void> {
    const { outputStream, sideStream } = this.#ports;
    const document = (each: { readonly key: string }): OutputRecord => ({ partitionKey: each.key, json: JSON.stringify(each) });
    await outputStream.publish(panes.slice(from, to).map(document));
    const refusalsBefore = panes.length;
    await sideStream.publish(refusals.slice(Math.max(from - refusalsBefore, 0), Math.max(to - refusalsBefore, 0)).map(document));
  }

  async #progress(epoch: Position): Promise<number> {
    const newest = await this.#newestProgress();
    return newest?.epoch === epoch ? newest.documents : 0;
  }

  async #newestProgress(): Promise<(Progress & Pick<PositionedEntry, 'position'>) | undefined> {
    const newest = await this.#ports.logStore.last(this.#progressLog);
    return newest && { ...(JSON.parse(newest.header) as Progress), position: newest.position };
  }

  /** Another function may publish the same epoch and note it first: then its note stands. */
  async #note(progress: Progress): Promise<void> {
    const newest = await this.#newestProgress();
    await this.#ports.logStore.append(this.#progressLog, nextPosition(newest?.position ?? ORIGIN), {
      header: JSON.stringify(progress),
      payload: new Uint8Array(),
    });
  }
}
