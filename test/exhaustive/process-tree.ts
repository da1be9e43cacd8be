import type { ShardId } from '../../shared/log/keys.ts';
import type { ShardDirectory } from '../../shared/ports/shard-directory.ts';
import { type Ending, ProcessLife, type StartProcess } from './process-life.ts';
import { type Answer, isFault, type Request } from './request.ts';
import type { Interner } from './interner.ts';
import { Violation } from './violation.ts';

/** What happens to a process: it is invoked, or one of its calls is answered. */
export type Step =
  | { readonly kind: 'invoke'; readonly invocation: number }
  | { readonly kind: 'answer'; readonly call: number; readonly answer: number };

/** Where a process stands: all that it has been told since it was started, and what it asks for now. */
export interface Moment<I> {
  readonly number: number;
  /** Absent for a cold process. */
  readonly before: { readonly moment: Moment<I>; readonly step: Step; readonly nowMs: number } | undefined;
  /** Numbers of the requests that wait for an answer; none between invocations. */
  readonly requests: readonly number[];
  /** The newest invocation, running or ended. */
  readonly invocation: I | undefined;
  readonly ending: Ending | undefined;
  /** How many records were on the stream when a shard was probed last, in this invocation. */
  readonly probed: ReadonlyMap<ShardId, number>;
}

/** Room for every step that a process can take from one moment. */
const STEPS_MAX = 2 ** 24;
const CLOCK_READINGS_MAX = 8;
const LIVES_MAX = 4_000;

/**
 * All lives of one kind of process. What a process does next is a function of what it has been told, since it has nothing but its ports (a
 * linter and the layers see to that): so the real code is run once for each thing that can be told it, and from then on its answer is known.
 */
export class ProcessTree<I> {
  readonly #start: StartProcess<I>;
  readonly #shards: ShardDirectory;
  readonly #invocations: readonly I[];
  readonly #requests: Interner<Request>;
  readonly #answers: Interner<Answer>;
  readonly #clockMs: readonly number[];
  readonly #moments: Moment<I>[] = [];
  /** By moment and step; the moment after it, or `ASKS_THE_CLOCK`. */
  readonly #after = new Map<number, number>();
  /** By moment, step and reading of the clock. */
  readonly #afterAt = new Map<number, number>();
  /** Lives that stand still at a moment, the oldest first: the first step from there needs no other life. */
  readonly #standing = new Map<number, ProcessLife<I>>();
  /** Steps that the real code has taken, those that only led back to a moment included. */
  stepsRun = 0;

  constructor(parts: {
    start: StartProcess<I>;
    shards: ShardDirectory;
    invocations: readonly I[];
    requests: Interner<Request>;
    answers: Interner<Answer>;
    clockMs: readonly number[];
  }) {
    this.#start = parts.start;
    this.#shards = parts.shards;
    this.#invocations = parts.invocations;
    this.#requests = parts.requests;
    this.#answers = parts.answers;
    this.#clockMs = parts.clockMs;
    this.#moments.push({ number: 0, before: undefined, requests: [], invocation: undefined, ending: undefined, probed: new Map() });
  }

  get size(): number {
    return this.#moments.length;
  }

  /** Moment 0 is that of a cold process. */
  moment(number: number): Moment<I> {
    return this.#moments[number] as Moment<I>;
  }

  /** The moment after a step, where the real code has taken it already. */
  known(moment: number, step: Step, tick: number): number | undefined {
    const key = keyOf(moment, step);
    const after = this.#after.get(key);
    return after === ASKS_THE_CLOCK ? this.#afterAt.get(key * CLOCK_READINGS_MAX + tick) : after;
  }

  /** Lets the real code take a step. */
  async grow(from: number, step: Step, tick: number): Promise<void> {
    const moment = this.moment(from);
    const nowMs = this.#clockMs[tick] as number;
    const standing = this.#standing.get(from);
    this.#standing.delete(from);
    const life = standing ?? (await this.#relive(moment));
    await this.#take(life, step, nowMs);
    const grown = this.#moments.length;
    const { ending } = life;
    const invocation = step.kind === 'invoke' ? this.#invocations[step.invocation] : moment.invocation;
    const probed = step.kind === 'invoke' ? new Map<ShardId, number>() : this.#probedAfter(moment, step);
    const requests = life.requests.map((request) => this.#requests.number(request));
    this.#moments.push({ number: grown, before: { moment, step, nowMs }, requests, invocation, ending, probed });

    this.#standing.set(grown, life);
    if (this.#standing.size > LIVES_MAX) this.#standing.delete(this.#standing.keys().next().value as number);

    const key = keyOf(from, step);
    if (life.clockWasRead) {
      this.#after.set(key, ASKS_THE_CLOCK);
      this.#afterAt.set(key * CLOCK_READINGS_MAX + tick, grown);
    } else this.#after.set(key, grown);

    if (ending?.kind === 'failed' && !isFault(ending.error)) throw new Violation('a process failed, and not by a fault', ending.error);
    if (ending === undefined && requests.length === 0) throw new Violation('a process waits for nothing');
  }

  async #relive(moment: Moment<I>): Promise<ProcessLife<I>> {
    const history: { step: Step; nowMs: number }[] = [];
    for (let at = moment; at.before !== undefined; at = at.before.moment) history.push(at.before);
    const life = new ProcessLife(this.#start, this.#shards);
    for (const { step, nowMs } of history.reverse()) await this.#take(life, step, nowMs);
    const asks = life.requests.map((request) => this.#requests.number(request));
    if (asks.join() !== moment.requests.join())
      throw new Violation('told the same, a process asked for something else: it has an input that is no port');
    return life;
  }

  async #take(life: ProcessLife<I>, step: Step, nowMs: number): Promise<void> {
    this.stepsRun++;
    if (step.kind === 'invoke') await life.invoke(this.#invocations[step.invocation] as I, nowMs);
    else await life.answer(step.call, this.#answers.value(step.answer), nowMs);
  }

  #probedAfter({ probed, requests }: Moment<I>, step: Extract<Step, { kind: 'answer' }>): ReadonlyMap<ShardId, number> {
    const { recordsPut } = this.#answers.value(step.answer);
    const request = this.#requests.value(requests[step.call] as number);
    return request.port === 'probe' && recordsPut !== undefined ? new Map(probed).set(request.shard, recordsPut) : probed;
  }
}

const ASKS_THE_CLOCK = -1;

function keyOf(moment: number, step: Step): number {
  const code = step.kind === 'invoke' ? step.invocation * 4 : step.answer * 4 + 1 + step.call;
  if (code >= STEPS_MAX) throw new RangeError(`a step has the number ${code}; there is room for ${STEPS_MAX}`);
  return moment * STEPS_MAX + code;
}
