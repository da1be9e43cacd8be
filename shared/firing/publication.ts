import { type EpochLines, readEpochLines } from '../log/epoch.ts';
import { type LogName, publicationLog, publicationProgressLog } from '../log/keys.ts';
import type { LogEntry } from '../log/log-entry.ts';
import { nextPosition, ORIGIN, type Position } from '../log/position.ts';
import type { Lane } from '../pipeline/lane.ts';
import type { LogStore } from '../ports/log-store.ts';
import type { OutputRecord, Publisher } from '../ports/publisher.ts';
import type { TimeLimit } from '../ports/time-limit.ts';
import { fits, oversized } from './oversized.ts';

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
  /** Of them, those that were too large for their streams. */
  readonly oversized: number;
  /** Whether nothing of it is left. */
  readonly isComplete: boolean;
}

interface Portion extends EpochLines {
  readonly isLast: boolean;
}

/** How far an epoch is out, by the notes of it. */
interface Progress {
  /** Of the newest note, be it about this epoch or another. */
  readonly noted: Position;
  /** So many are on their streams. */
  readonly documents: number;
}

const NO_PROGRESS: Progress = { noted: ORIGIN, documents: 0 };
// Seconds of a stream with one shard, which takes 1,000 records a second: what a crash repeats at most.
const PORTION = 10_000;
// The rest of the time is for what is on its way, and a snapshot.
const SPENT_SHARE_MAX = 0.75;
const KEY = /"key":"((?:[^"\\]|\\.)*)"/;

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
  async publish(position: Position, epoch: LogEntry, limit: TimeLimit): Promise<Published> {
    const { outputStream, sideStream, logStore } = this.#ports;
    let panes = 0;
    let refusals = 0;
    let documents = 0;
    let oversizedDocuments = 0;
    let progress: Progress | undefined;
    for (const portion of this.#portions(epoch)) {
      progress ??= portion.isLast ? NO_PROGRESS : await this.#progress(position);
      panes += portion.panes.length;
      refusals += portion.refusals.length;
      if (panes + refusals <= progress.documents && !portion.isLast) continue;
      const leaving = [splitBySize(portion.panes, outputStream), splitBySize(portion.refusals, sideStream)] as const;
      const [{ fitting: panesFitting, parts: panesInParts }, { fitting: refusalsFitting, parts: refusalsInParts }] = leaving;
      await outputStream.publish(panesFitting);
      await sideStream.publish([...refusalsFitting, ...panesInParts, ...refusalsInParts]);
      oversizedDocuments += portion.panes.length + portion.refusals.length - panesFitting.length - refusalsFitting.length;
      documents += portion.panes.length + portion.refusals.length;
      if (portion.isLast) break;
      progress = await this.#note(progress, position, panes + refusals);
      if (limit.spentShare >= SPENT_SHARE_MAX) return { documents, oversized: oversizedDocuments, isComplete: false };
    }
    const header = JSON.stringify({ kind: 'published', panes, refusals });
    await logStore.append(this.#log, position, { header, payload: new Uint8Array() });
    return { documents, oversized: oversizedDocuments, isComplete: true };
  }

  /** The documents of an epoch in their order, as many at a time as go out between two notes; at least one portion. */
  *#portions(epoch: LogEntry): Generator<Portion> {
    let portion = noDocuments();
    for (const part of readEpochLines(epoch)) {
      for (const kind of ['panes', 'refusals'] as const) {
        for (const line of part[kind]) {
          if (portion.panes.length + portion.refusals.length === this.#portion) {
            yield { ...portion, isLast: false };
            portion = noDocuments();
          }
          portion[kind].push(line);
        }
      }
    }
    yield { ...portion, isLast: true };
  }

  async #progress(epoch: Position): Promise<Progress> {
    const newest = await this.#ports.logStore.last(this.#progressLog);
    if (newest === undefined) return NO_PROGRESS;
    const note = JSON.parse(newest.header) as { readonly epoch: Position; readonly documents: number };
    return { noted: newest.position, documents: note.epoch === epoch ? note.documents : 0 };
  }

  /** Another function may publish the same epoch and note it first: then its note stands. */
  async #note({ noted }: Progress, epoch: Position, documents: number): Promise<Progress> {
    const position = nextPosition(noted);
    const header = JSON.stringify({ kind: 'publishing', epoch, documents });
    await this.#ports.logStore.append(this.#progressLog, position, { header, payload: new Uint8Array() });
    return { noted: position, documents };
  }
}

function noDocuments(): { readonly panes: string[]; readonly refusals: string[] } {
  return { panes: [], refusals: [] };
}

interface Leaving {
  readonly fitting: readonly OutputRecord[];
  /** Of those that do not fit. */
  readonly parts: readonly OutputRecord[];
}

/** What a stream takes of some documents, and what goes to the side stream in place of the others. */
function splitBySize(documents: readonly string[], { documentBytesMax = Number.POSITIVE_INFINITY }: Publisher): Leaving {
  const [fitting, others]: [string[], string[]] = [[], []];
  for (const json of documents) (fits(json, documentBytesMax) ? fitting : others).push(json);
  const inParts = (json: string) =>
    oversized(json, documentBytesMax).map((part) => ({ partitionKey: recordOf(json).partitionKey, json: JSON.stringify(part) }));
  return { fitting: fitting.map(recordOf), parts: others.flatMap(inParts) };
}

/** A pane or a refusal on its way out, by its key. */
function recordOf(json: string): OutputRecord {
  // Within another property its quotes would not stand alone, and no object comes before it.
  const [, key = ''] = KEY.exec(json) ?? [];
  return { partitionKey: key.includes('\\') ? (JSON.parse(`"${key}"`) as string) : key, json };
}
