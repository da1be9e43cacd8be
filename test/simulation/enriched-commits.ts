import type { Collected } from 'mullion';
import { decodeCommit } from '../../shared/log/commit.ts';
import type { LogEntry } from '../../shared/log/log-entry.ts';
import type { Enrichment } from '../../shared/pipeline/lookup-join.ts';
import type { Pipeline } from '../../shared/pipeline/pipeline.ts';
import { joined, stationOf } from './enrichment.ts';
import type { SentRecord } from './producers.ts';
import type { Sandbox } from './sandbox.ts';
import type { Answer, SimulatedDirectory } from './simulated-directory.ts';
import type { SentEvent } from './sent-event.ts';
import type { World } from './world.ts';

/**
 * Looks at what events are joined with in each commit that is appended, for that is what counts: an answer that its writer has heard, to this
 * key, and not too long before; one for all events of the batch with this key; and nothing only where it has heard that there is nothing, or may
 * go on without.
 */
export class EnrichedCommits {
  readonly #world: World;
  readonly #pipeline: Pipeline<SentEvent>;
  readonly #enrichment: Enrichment<SentEvent>;
  readonly #directory: SimulatedDirectory;
  /** By events, those with nothing among them. */
  readonly #counting = new Map<number, Answer | null>();

  constructor(world: World, pipeline: Pipeline<SentEvent>, enrichment: Enrichment<SentEvent>, directory: SimulatedDirectory) {
    this.#world = world;
    this.#pipeline = pipeline;
    this.#enrichment = enrichment;
    this.#directory = directory;
  }

  /** A record whose event is joined with what counts for it. */
  asCommitted({ event, ...record }: SentRecord): SentRecord {
    return event === undefined ? record : { ...record, event: joined(event, this.#counting.get(event.id) ?? undefined) };
  }

  /** A commit was appended. */
  committed(entry: LogEntry, writer: Sandbox): void {
    const ofKey = new Map<string, Answer | null>();
    for (const [id, answer] of this.#answersIn(entry)) {
      this.#requireSame(this.#counting, id, answer, `event ${id}`);
      const key = stationOf({ id });
      if (key === undefined) {
        this.#require(answer === null, `nothing is to be looked up for event ${id}, and it is joined with answer ${answer}`);
        continue;
      }
      this.#requireSame(ofKey, key, answer, `events of ${key} in one batch`);
      if (answer === null) this.#requireNothing(id, key, writer);
      else this.#requireHeard(id, key, answer, writer);
    }
  }

  /** @param what Is joined with one answer only. */
  #requireSame<K>(known: Map<K, Answer | null>, of: K, answer: Answer | null, what: string): void {
    const before = known.has(of) ? known.get(of) : answer;
    this.#require(before === answer, `${what}: joined with answer ${before}, and with ${answer}`);
    known.set(of, answer);
  }

  #requireHeard(id: number, key: string, answer: Answer, writer: Sandbox): void {
    const heard = this.#directory.heard(answer);
    this.#require(
      heard?.key === key,
      `event ${id} of ${key} is joined with answer ${answer}, which ${heard === undefined ? 'nobody heard in time' : `is of ${heard.key}`}`,
    );
    if (heard === undefined) return;
    const { ttlMs } = this.#enrichment;
    const { name } = writer;
    this.#require(heard.sandbox === writer, `event ${id} is joined by ${name} with answer ${answer}, which ${heard.sandbox.name} heard`);
    const ageMs = writer.invokedAtMs - heard.atMs;
    this.#require(ageMs <= ttlMs, `event ${id} is joined with answer ${answer}, ${ageMs} ms old when ${name} began; ${ttlMs} count`);
  }

  #requireNothing(id: number, key: string, writer: Sandbox): void {
    const { ttlMissingMs, onFailure } = this.#enrichment;
    const { name, invokedAtMs } = writer;
    if (onFailure === 'without' && this.#directory.failedAtMs(writer) >= invokedAtMs) return;
    const heardAtMs = this.#directory.heardNothingAtMs(writer, key);
    this.#require(heardAtMs !== undefined, `event ${id} of ${key} is joined with nothing, which ${name} never heard`);
    const ageMs = invokedAtMs - (heardAtMs ?? invokedAtMs);
    this.#require(
      ageMs <= ttlMissingMs,
      `event ${id} of ${key} is joined with nothing, ${ageMs} ms old when ${name} began; ${ttlMissingMs} count`,
    );
  }

  /** Each event in each of its windows. */
  #answersIn(entry: LogEntry): (readonly [id: number, answer: Answer | null])[] {
    return decodeCommit(this.#pipeline, entry).deltas.flatMap(({ window, table }) => {
      const operator = this.#pipeline.operators.find(({ name }) => name === window);
      const at = operator?.aggregateNames.indexOf('answers') ?? -1;
      return table.keys.flatMap((_key, row) => (table.result(at, row) as Collected<readonly [number, Answer | null]>).events);
    });
  }

  #require(holds: boolean, message: string): void {
    if (!holds) this.#world.accuse(message);
  }
}
