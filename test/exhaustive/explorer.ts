import { fixedShards } from '../../shared/adapters/memory/fixed-shards.ts';
import type { FireReport } from '../../shared/firing/fire-report.ts';
import { decodeEpoch, type Epoch } from '../../shared/log/epoch.ts';
import { controlLog, epochLog, type LogName } from '../../shared/log/keys.ts';
import { checkEnd } from './check-end.ts';
import { checkWatermark } from './check-watermark.ts';
import { Effects } from './effects.ts';
import { Interner } from './interner.ts';
import { deliveriesOf, type Firing, FIRINGS, type Invocation, type Mistake, startFirer, startWriter } from './processes.ts';
import { type Moment, ProcessTree, type Step } from './process-tree.ts';
import { type Answer, describeRequest, type Request, requestKey } from './request.ts';
import type { Scenario } from './scenario.ts';
import { StateGraph } from './state-graph.ts';
import { Violation } from './violation.ts';
import { acknowledged, contentsOf, firstWorld, internedWorlds, monthLater, withRequest, type World } from './world.ts';

/** How a promise was broken: the shortest way there. */
export interface Counterexample {
  readonly violation: Violation;
  readonly steps: readonly string[];
}

export interface Exploration {
  /** Absent when every promise holds in every state. */
  readonly counterexample: Counterexample | undefined;
  /** Worlds and what every process knows and waits for; processes of one kind that stand alike may be swapped. */
  readonly states: number;
  readonly transitions: number;
  /** Ways from the first state to an end. */
  readonly schedules: number;
  /** Steps of the longest one. */
  readonly depth: number;
  /** What stands in the table and on the streams, apart from processes. Each has been brought to a calm end. */
  readonly worlds: number;
  /** Different things that a process was told: as often the real code was run, and as many steps it took for that. */
  readonly moments: number;
  readonly stepsRun: number;
}

interface Kind {
  readonly name: string;
  readonly count: number;
  readonly invocations: readonly Invocation[];
  readonly invocationsMax: number;
  readonly tree: ProcessTree<Invocation>;
  /** Where its slots begin in a row. */
  readonly at: number;
}

/** An effect by numbers. */
interface KnownEffect {
  readonly what: string;
  readonly world: number;
  readonly answer: number | undefined;
  readonly isFault: boolean;
}

interface Successor {
  readonly row: number[];
  /** @param name Of the process that has acted, where one has. */
  readonly label: (name: string) => string;
  /** Of that process, in the row before, and what has come to stand there. */
  readonly slot?: number;
  readonly value?: number;
}

// A row: the world, the faults left, then a slot a process: its moment and its invocations left.
const WORLD = 0;
const FAULTS = 1;
const SLOTS = 2;
const INVOCATIONS_MAX = 8;
const REQUESTS_MAX = 2 ** 22;
const STATES_MAX = 50_000_000;

/**
 * Runs every course of a scenario: every order in which its processes can go on, every fault that the scope allows, at every call.
 *
 * It is the real code that runs, not a model of it; `docs/EXHAUSTIVE.md` says why that is possible, and why a state is what it is here. Breadth
 * first, so that the way to a broken promise is as short as any.
 */
export class Explorer {
  readonly #scenario: Scenario;
  readonly #mistake: Mistake;
  readonly #effects: Effects;
  readonly #epochLog: LogName;
  readonly #controlLog: LogName;
  readonly #worlds = internedWorlds();
  readonly #requests = new Interner<Request>(requestKey);
  readonly #answers = new Interner<Answer>(({ key }) => key);
  readonly #writers: Kind;
  readonly #firers: Kind;
  readonly #graph: StateGraph;
  readonly #knownEffects = new Map<number, readonly KnownEffect[]>();
  /** By number of the request that appends it. */
  readonly #epochs = new Map<number, Epoch>();
  readonly #calmed = new Set<number>();
  readonly #alone = new Map<string, { readonly world: number; readonly report: unknown }>();
  /** Steps that the real code has not taken yet. */
  #untaken: { readonly tree: ProcessTree<Invocation>; readonly moment: number; readonly step: Step; readonly tick: number }[] = [];
  /** For a counterexample: what is being tried. */
  #trying = 'start';

  constructor(scenario: Scenario, mistake: Mistake = {}) {
    this.#scenario = scenario;
    this.#mistake = mistake;
    this.#epochLog = epochLog(scenario.pipeline.name);
    this.#controlLog = controlLog(scenario.pipeline.name);
    this.#effects = new Effects(scenario, mistake.hasCondition);
    const { writers, firers, invocationsPerWriter, invocationsPerFirer } = scenario.scope;
    const parts = {
      shards: fixedShards(...scenario.shards),
      requests: this.#requests,
      answers: this.#answers,
      clockMs: scenario.clockMs,
    };
    const deliveries = deliveriesOf(scenario);
    this.#writers = {
      name: 'writer',
      count: writers,
      invocations: deliveries,
      invocationsMax: invocationsPerWriter,
      tree: new ProcessTree<Invocation>({ ...parts, start: startWriter(scenario, mistake), invocations: deliveries }),
      at: SLOTS,
    };
    this.#firers = {
      name: 'firer',
      count: firers,
      invocations: FIRINGS,
      invocationsMax: invocationsPerFirer,
      tree: new ProcessTree<Invocation>({ ...parts, start: startFirer(scenario, mistake), invocations: FIRINGS }),
      at: SLOTS + writers,
    };
    this.#graph = new StateGraph(SLOTS + writers + firers);
  }

  /** @throws {RangeError} when the scope is too large to be run. */
  async run(): Promise<Exploration> {
    const first = [this.#worlds.number(firstWorld(this.#scenario)), this.#scenario.scope.faults];
    for (const { count, invocationsMax } of [this.#writers, this.#firers])
      for (let index = 0; index < count; index++) first.push(invocationsMax);
    this.#graph.begin(first);
    let counterexample: Counterexample | undefined;
    let state = 0;
    try {
      for (; state < this.#graph.size; state++) {
        if (this.#graph.size > STATES_MAX) throw new RangeError(`more than ${STATES_MAX} states: make the scope smaller`);
        const row = this.#graph.row(state);
        const world = row[WORLD] as number;
        if (!this.#calmed.has(world)) await this.#calmDown(world);
        for (const { row: next } of await this.#successors(row)) this.#graph.follow(state, next);
      }
    } catch (error) {
      if (!(error instanceof Violation)) throw error;
      counterexample = { violation: error, steps: [...(await this.#way(state)), this.#trying] };
    }
    return {
      counterexample,
      states: this.#graph.size,
      transitions: this.#graph.transitions,
      ...(counterexample === undefined ? this.#graph.schedules() : { schedules: Number.NaN, depth: Number.NaN }),
      worlds: this.#calmed.size,
      moments: this.#writers.tree.size + this.#firers.tree.size,
      stepsRun: this.#writers.tree.stepsRun + this.#firers.tree.stepsRun,
    };
  }

  async #successors(row: readonly number[]): Promise<readonly Successor[]> {
    for (;;) {
      const successors = this.#foundSuccessors(row);
      if (this.#untaken.length === 0) return successors;
      const untaken = this.#untaken;
      this.#untaken = [];
      for (const { tree, moment, step, tick } of untaken) {
        if (tree.known(moment, step, tick) === undefined) await tree.grow(moment, step, tick);
      }
    }
  }

  #foundSuccessors(row: readonly number[]): Successor[] {
    const out: Successor[] = [];
    this.#passTime(row, out);
    for (const kind of [this.#writers, this.#firers]) {
      for (let slot = kind.at; slot < kind.at + kind.count; slot++) {
        // Two that stand alike do alike.
        if (slot > kind.at && row[slot] === row[slot - 1]) continue;
        this.#go(row, kind, slot, out);
      }
    }
    return out;
  }

  /** What happens without any process. */
  #passTime(row: readonly number[], out: Successor[]): void {
    const { readings, lastTick, expires, requests, scope } = this.#scenario;
    const world = this.#worlds.value(row[WORLD] as number);
    const become = (next: World, what: string) => out.push({ row: row.with(WORLD, this.#worlds.number(next)), label: () => what });
    if (world.tick < lastTick) become({ ...world, tick: world.tick + 1 }, 'time passes');
    if (world.tick > 0 && world.recordsPut < readings.length) become({ ...world, recordsPut: world.recordsPut + 1 }, 'a record is put');
    const asked = withRequest(world, this.#scenario);
    if (asked !== undefined) become(asked, `somebody asks to ${requests[contentsOf(asked, this.#controlLog).highest - 1]}`);
    const later = expires && world.monthsPassed === 0 ? monthLater(world, this.#scenario) : undefined;
    if (later !== undefined) {
      const cold = row.map((value, at) => (at < SLOTS ? value : value % INVOCATIONS_MAX));
      cold[WORLD] = this.#worlds.number(later);
      out.push({ row: inOrder(cold, scope.writers), label: () => 'a month passes' });
    }
  }

  /** What one process can do, and what can be done to it. */
  #go(row: readonly number[], kind: Kind, slot: number, out: Successor[]): void {
    const occupant = row[slot] as number;
    const left = occupant % INVOCATIONS_MAX;
    const moment = kind.tree.moment((occupant - left) / INVOCATIONS_MAX);
    const world = row[WORLD] as number;
    const faults = row[FAULTS] as number;
    const become = (nextWorld: number, nextMoment: number, nextLeft: number, nextFaults: number, label: Successor['label']) => {
      const value = nextMoment * INVOCATIONS_MAX + nextLeft;
      const next = row.with(slot, value);
      next[WORLD] = nextWorld;
      next[FAULTS] = nextFaults;
      out.push({ row: inOrder(next, this.#scenario.scope.writers), label, slot, value });
    };

    if (moment.number !== 0 && faults > 0) become(world, 0, left, faults - 1, (name) => `${name} is killed`);
    if (moment.requests.length === 0) {
      if (left === 0) return;
      for (const [invocation, what] of kind.invocations.entries()) {
        if (!this.#isPossible(world, what)) continue;
        this.#trying = `a ${kind.name} ${invocationText(what)}`;
        const arrived = this.#arrive(world, kind, moment, { kind: 'invoke', invocation });
        if (arrived !== undefined) become(arrived.world, arrived.moment, left - 1, faults, (name) => `${name} ${invocationText(what)}`);
      }
      return;
    }
    for (const [call, request] of moment.requests.entries()) {
      this.#trying = `a ${kind.name}: ${describeRequest(this.#requests.value(request))}`;
      for (const { what, world: after, answer, isFault } of this.#effectsOf(world, request, moment)) {
        if (isFault && faults === 0) continue;
        const label = (name: string) => `${name}: ${describeRequest(this.#requests.value(request))}: ${what}`;
        const faultsAfter = isFault ? faults - 1 : faults;
        if (answer === undefined) {
          become(after, 0, left, faultsAfter, label);
          continue;
        }
        const arrived = this.#arrive(after, kind, moment, { kind: 'answer', call, answer });
        if (arrived !== undefined) become(arrived.world, arrived.moment, left, faultsAfter, label);
      }
    }
  }

  #isPossible(number: number, invocation: Invocation): boolean {
    const world = this.#worlds.value(number);
    const { shards, drains, readings, recordsOf } = this.#scenario;
    switch (invocation.kind) {
      case 'fire':
        return true;
      case 'drain':
        return drains && shards.every((shard) => world.acknowledged[shard] === recordsOf(shard, readings.length).length);
      case 'deliver':
        break;
    }
    const { shard, from, to } = invocation;
    // A mapping never jumps over what it does not know to be committed; it may go back, and cut anew.
    return from <= (world.acknowledged[shard] ?? 0) && to <= recordsOf(shard, world.recordsPut).length;
  }

  /** Where a step leads; `undefined` when the real code has to take it first. */
  #arrive(world: number, kind: Kind, moment: Moment<Invocation>, step: Step): { world: number; moment: number } | undefined {
    const { tick } = this.#worlds.value(world);
    const after = kind.tree.known(moment.number, step, tick);
    if (after === undefined) {
      this.#untaken.push({ tree: kind.tree, moment: moment.number, step, tick });
      return undefined;
    }
    const { ending, invocation } = kind.tree.moment(after);
    const isDone = ending?.kind === 'done' || (this.#mistake.acknowledgesFirst === true && step.kind === 'invoke');
    if (!isDone || invocation?.kind !== 'deliver') return { world, moment: after };
    const known = acknowledged(this.#worlds.value(world), invocation.shard, invocation.to);
    return { world: known === this.#worlds.value(world) ? world : this.#worlds.number(known), moment: after };
  }

  #effectsOf(world: number, request: number, { probed }: Moment<Invocation>): readonly KnownEffect[] {
    const key = world * REQUESTS_MAX + request;
    let known = this.#knownEffects.get(key);
    if (known === undefined) {
      known = this.#effects.of(this.#worlds.value(world), this.#requests.value(request)).map((effect) => ({
        what: effect.what,
        world: this.#worlds.number(effect.world),
        answer: effect.answer === undefined ? undefined : this.#answers.number(effect.answer),
        isFault: effect.isFault,
      }));
      this.#knownEffects.set(key, known);
    }
    const asked = this.#requests.value(request);
    if (asked.port === 'append' && asked.log === this.#epochLog && known[0]?.world !== world) {
      const epoch = this.#epochs.get(request) ?? decodeEpoch(asked.entry);
      this.#epochs.set(request, epoch);
      checkWatermark(this.#scenario, this.#worlds.value(world), epoch, probed);
    }
    return known;
  }

  /** Everybody is killed, nothing fails any more, what is left is delivered and fired: then the result must be right, from wherever it began. */
  async #calmDown(number: number): Promise<void> {
    this.#calmed.add(number);
    this.#trying = 'everybody is killed, and nothing fails any more';
    const { shards, readings, recordsOf, lastTick, drains } = this.#scenario;
    let calm: World = { ...this.#worlds.value(number), tick: lastTick + 1, recordsPut: readings.length };
    for (let asked = withRequest(calm, this.#scenario); asked !== undefined; asked = withRequest(calm, this.#scenario)) calm = asked;
    let world = this.#worlds.number(calm);
    for (const shard of shards) {
      const from = this.#worlds.value(world).acknowledged[shard] ?? 0;
      const to = recordsOf(shard, readings.length).length;
      const delivery = this.#writers.invocations.findIndex(
        (each) => each.kind === 'deliver' && each.shard === shard && each.from === from && each.to === to,
      );
      if (delivery !== -1) ({ world } = await this.#runAlone(world, this.#writers, delivery));
    }
    world = this.#worlds.number({ ...this.#worlds.value(world), tick: lastTick + 2 });
    let report: FireReport | undefined;
    // A firing leaves out what holds the next window back, and the one after it goes on from there.
    const untilAllIsIdle = readings.map((): Firing => ({ kind: 'fire' }));
    for (const { kind } of drains ? FIRINGS : untilAllIsIdle) {
      const fired = await this.#runAlone(
        world,
        this.#firers,
        FIRINGS.findIndex((firing) => firing.kind === kind),
      );
      ({ world } = fired);
      report = fired.report as FireReport;
    }
    if (report !== undefined) checkEnd(this.#scenario, this.#worlds.value(world), report);
  }

  /** One invocation of a cold process that nobody disturbs. */
  async #runAlone(world: number, kind: Kind, invocation: number): Promise<{ readonly world: number; readonly report: unknown }> {
    const key = `${kind.name} ${invocation} ${world}`;
    const known = this.#alone.get(key);
    if (known !== undefined) return known;
    let at = { world, moment: 0 };
    let step: Step = { kind: 'invoke', invocation };
    for (;;) {
      const arrived = this.#arrive(at.world, kind, kind.tree.moment(at.moment), step);
      if (arrived === undefined) {
        this.#untaken = [];
        await kind.tree.grow(at.moment, step, this.#worlds.value(at.world).tick);
        continue;
      }
      const moment = kind.tree.moment(arrived.moment);
      if (moment.ending !== undefined) {
        const ended = { world: arrived.world, report: moment.ending.kind === 'done' ? moment.ending.report : undefined };
        this.#alone.set(key, ended);
        return ended;
      }
      const effect = this.#effectsOf(arrived.world, moment.requests[0] as number, moment)[0] as KnownEffect;
      at = { world: effect.world, moment: arrived.moment };
      step = { kind: 'answer', call: 0, answer: effect.answer as number };
    }
  }

  /** The steps to a state. Rows are sorted, so who is who is followed from the beginning on. */
  async #way(state: number): Promise<string[]> {
    const trying = this.#trying;
    const states: number[] = [];
    for (let at = state; at !== 0; at = this.#graph.parent(at)) states.unshift(at);
    let row = this.#graph.row(0);
    const names = row.map((_, at) => (at < this.#firers.at ? `writer ${at - this.#writers.at + 1}` : `firer ${at - this.#firers.at + 1}`));
    const labels: string[] = [];
    for (const each of states) {
      const next = this.#graph.row(each);
      const { label, slot = 0, value = 0 } = (await this.#successors(row)).find((found) => found.row.join() === next.join()) as Successor;
      labels.push(label(names[slot] as string));
      if (slot > 0) {
        const from = slot < this.#firers.at ? this.#writers.at : this.#firers.at;
        const others = row.slice(from, from === this.#firers.at ? row.length : this.#firers.at).toSpliced(slot - from, 1);
        const place = others.filter((other) => other < value).length;
        names.splice(from + place, 0, ...names.splice(slot, 1));
      }
      row = next;
    }
    this.#trying = trying;
    return labels;
  }
}

function invocationText(invocation: Invocation): string {
  if (invocation.kind !== 'deliver') return `is to ${invocation.kind}`;
  return `is given records ${invocation.from + 1} to ${invocation.to} of ${invocation.shard}`;
}

/** Processes of one kind are the same but for where they stand: sorted, the states that differ only in who is who become one. */
function inOrder(row: number[], writers: number): number[] {
  sortPart(row, SLOTS, SLOTS + writers);
  sortPart(row, SLOTS + writers, row.length);
  return row;
}

function sortPart(row: number[], from: number, to: number): void {
  for (let at = from + 1; at < to; at++) {
    for (let back = at; back > from && (row[back] as number) < (row[back - 1] as number); back--) {
      [row[back - 1], row[back]] = [row[back] as number, row[back - 1] as number];
    }
  }
}
