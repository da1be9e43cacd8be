import { ExpiredLogError } from '../../shared/log/expired-log-error.ts';
import type { LogName } from '../../shared/log/keys.ts';
import type { PositionedEntry } from '../../shared/log/log-entry.ts';
import type { OutputRecord } from '../../shared/ports/publisher.ts';
import type { ShardProbeResult } from '../../shared/ports/shard-probe.ts';
import { checkAppend } from './check-append.ts';
import { checkPublication } from './check-publication.ts';
import type { LogContents } from './log-contents.ts';
import { type Answer, entryKey, Fault, type Request } from './request.ts';
import type { Scenario } from './scenario.ts';
import { contentsOf, type World } from './world.ts';

/** One way in which a request can come out. */
export interface Effect {
  readonly what: string;
  readonly world: World;
  /** Absent when the process is killed before it hears. */
  readonly answer: Answer | undefined;
  readonly isFault: boolean;
}

const NO_ANSWER: Answer = { key: 'no answer', error: new Fault('no answer') };
const DONE: Answer = { key: 'done' };

/** What a request does, in every way that the ports promise and no other. */
export class Effects {
  readonly #scenario: Scenario;
  readonly #hasCondition: boolean;

  /** @param hasCondition False for a table that overwrites. */
  constructor(scenario: Scenario, hasCondition = true) {
    this.#scenario = scenario;
    this.#hasCondition = hasCondition;
  }

  /** @throws {Violation} when one of them breaks a promise. */
  of(world: World, request: Request): readonly Effect[] {
    const answered = this.#answered(world, request);
    const failed: Effect = { what: 'fails before it is applied', world, answer: NO_ANSWER, isFault: true };
    return [...answered, failed, ...this.#halfDone(world, request, answered[0] as Effect)];
  }

  #answered(world: World, request: Request): readonly Effect[] {
    switch (request.port) {
      case 'append':
        return [this.#append(world, request)];
      case 'read':
        return this.#read(world, request);
      case 'last': {
        const last = contentsOf(world, request.log).last();
        const key = `last ${last === undefined ? '' : positionedKey(last)}`;
        return [{ what: last === undefined ? 'none' : `${last.position}`, world, answer: { key, value: last }, isFault: false }];
      }
      case 'publish':
        return [{ what: 'done', world: this.#published(world, request, request.records.length), answer: DONE, isFault: false }];
      case 'probe':
        break;
    }
    return [this.#probe(world, request)];
  }

  #read(world: World, { log, after, consistency }: Extract<Request, { port: 'read' }>): readonly Effect[] {
    let entries: readonly PositionedEntry[];
    try {
      entries = contentsOf(world, log).read(log, after);
    } catch (error) {
      if (!(error instanceof ExpiredLogError)) throw error;
      return [{ what: 'expired', world, answer: { key: error.message, error }, isFault: false }];
    }
    // An eventually consistent read may show less than there is, down to nothing.
    const least = consistency === 'strong' ? entries.length : 0;
    return Array.from({ length: entries.length - least + 1 }, (_, missing) => {
      const seen = entries.slice(0, entries.length - missing);
      const answer = { key: `read ${seen.map(positionedKey).join('\n')}`, value: seen };
      return { what: missing === 0 ? 'all' : `${missing} behind`, world, answer, isFault: false };
    });
  }

  #probe(world: World, { shard, after }: Extract<Request, { port: 'probe' }>): Effect {
    const { recordsPut } = world;
    const records = this.#scenario.recordsOf(shard, recordsPut);
    const isBehind = records.some(({ sequenceNumber }) => after === undefined || sequenceNumber > after);
    const value: ShardProbeResult = { kind: isBehind ? 'records' : 'empty' };
    return { what: value.kind, world, answer: { key: `${value.kind} ${recordsPut}`, value, recordsPut }, isFault: false };
  }

  /** What a process may leave behind that never hears the whole answer. */
  #halfDone(world: World, request: Request, done: Effect): readonly Effect[] {
    const unheard = (what: string, after: World): Effect[] => [
      { what: `${what}, the answer is lost`, world: after, answer: NO_ANSWER, isFault: true },
      { what: `${what}, and the process is killed`, world: after, answer: undefined, isFault: true },
    ];
    switch (request.port) {
      case 'append':
        return unheard('is applied', done.world);
      case 'publish':
        return request.records.flatMap((_, index) => unheard(`${index + 1} of them are out`, this.#published(world, request, index + 1)));
      case 'read':
      case 'last':
      case 'probe':
        break;
    }
    return [];
  }

  #append(world: World, { log, position, entry }: Extract<Request, { port: 'append' }>): Effect {
    const contents = contentsOf(world, log);
    const { outcome, after } = this.#hasCondition
      ? contents.append(position, entry)
      : { outcome: { kind: 'appended' as const }, after: contents.with(position, entry) };
    const found = outcome.kind === 'conflict' ? positionedKey(outcome.found) : '';
    const answer = { key: `${outcome.kind} ${found}`, value: outcome };
    const next = after === contents ? world : this.#appended(world, log, after, { ...entry, position });
    return { what: outcome.kind, world: next, answer, isFault: false };
  }

  #appended(world: World, log: LogName, contents: LogContents, entry: PositionedEntry): World {
    const committed = checkAppend(this.#scenario, world, log, entry);
    return { ...world, logs: { ...world.logs, [log]: contents }, committed: { ...world.committed, ...committed } };
  }

  #published(world: World, { stream, records }: Extract<Request, { port: 'publish' }>, count: number): World {
    const out = records.slice(0, count).reduce<readonly string[]>((before, record: OutputRecord) => {
      return before.includes(record.json) ? before : [...before, record.json];
    }, world[stream]);
    if (out.length === world[stream].length) return world;
    const after = { ...world, [stream]: out };
    checkPublication(this.#scenario, after, stream);
    return after;
  }
}

function positionedKey(entry: PositionedEntry): string {
  return `${entry.position} ${entryKey(entry)}`;
}
