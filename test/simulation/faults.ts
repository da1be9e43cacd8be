import { Random } from './random.ts';

/** Everything that may go wrong, and what the command line says of it. */
export const FAULTS = {
  kill: 'a function is killed before or after a call to a service',
  'reply-lost': 'a service does what it was asked, and the answer is lost',
  throttle: 'a service refuses for the moment',
  'server-error': 'a service answers 500',
  slow: 'a call, or its answer, takes seconds',
  timeout: 'a call hangs until the client gives up, done or not',
  outage: 'a service refuses everything for seconds to minutes',
  zombie: 'a function freezes for minutes, is given up, and goes on',
  twins: 'two or three functions at once where one would do, and sandboxes that are replaced',
  schedule: 'the schedule comes late, twice, or not for ten minutes',
  'second-mapping': 'a second event source mapping delivers everything again',
  'new-mapping': 'the event source mapping is made again, at the trim horizon',
  'early-children': 'children are delivered before their parents have ended',
  'partial-put': 'PutRecords takes a part of the records',
  'output-gone': 'the output stream is gone for up to an hour',
  reshard: 'shards split and merge, and vanish when they have ended',
  'output-reshard': 'shards of the output stream split and merge',
  'failing-effects': 'what the consumer does with a pane fails',
  'stale-list': 'the list of shards is old',
  silence: 'shards fall silent, or all of them do, and come back',
  lag: 'a shard is delivered late',
  'stale-read': 'an eventually consistent read lacks what was written last, with holes',
  'clock-skew': 'clocks are up to five minutes apart',
  poison: 'records that are no events',
  repeats: 'producers put an event again',
  'old-data': 'events older than the bound',
  expiry: 'a shard is silent for longer than its items live',
  overtaken: 'after a silence a record is put while an answer about its stream is long on its way',
  'small-items': 'items hold little, so that payloads stand in chunks, or are objects',
  'lookup-fails': 'what is looked up for events cannot be had',
  'lookup-slow': 'what is looked up for events takes seconds',
} as const;

export type FaultKind = keyof typeof FAULTS;

export const FAULT_KINDS = Object.keys(FAULTS) as FaultKind[];

/** Which faults a world has. A world with all of them at once would hide what needs some without others, so each has a draw of its own. */
export class Faults {
  readonly counts = new Map<FaultKind, number>();
  readonly #present: ReadonlySet<FaultKind>;
  readonly #random: Random;
  #isCalm = false;
  #isResting = false;

  constructor(seed: number, random: Random, allowed: readonly FaultKind[]) {
    this.#random = random;
    const share = random.pick([0.35, 0.6, 0.9]);
    const ofLookups = new Random(seed ^ 0x100c_fa);
    const drawn = (kind: FaultKind) => (OF_LOOKUPS.has(kind) ? ofLookups : random).chance(RARE.get(kind) ?? share);
    // Drawn for all of them, so that what is allowed does not change the rest of the history.
    this.#present = new Set(FAULT_KINDS.filter((kind) => drawn(kind) && allowed.includes(kind)));
  }

  get present(): readonly FaultKind[] {
    return [...this.#present];
  }

  has(kind: FaultKind): boolean {
    return this.#present.has(kind) && (!this.#isCalm || kind === 'stale-read') && !(this.#isResting && CALLS.has(kind));
  }

  /** Whether a fault happens now. */
  strikes(kind: FaultKind, probability: number): boolean {
    if (!this.has(kind) || !this.#random.chance(probability)) return false;
    this.count(kind);
    return true;
  }

  count(kind: FaultKind): void {
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1);
  }

  /** While time passes in large steps, calls go well: so few would otherwise not do in a day what many do in an hour. */
  rest(isResting: boolean): void {
    this.#isResting = isResting;
  }

  /** From now on nothing goes wrong. That a read may lag is how things are. */
  calm(): void {
    this.#isCalm = true;
  }
}

/** Drawn apart from all else, so that a seed that looks nothing up means the same history as ever. */
const OF_LOOKUPS: ReadonlySet<FaultKind> = new Set(['lookup-fails', 'lookup-slow']);

const CALLS: ReadonlySet<FaultKind> = new Set([
  'kill',
  'reply-lost',
  'throttle',
  'server-error',
  'slow',
  'timeout',
  'outage',
  'zombie',
  'output-gone',
  'overtaken',
  'lookup-fails',
  'lookup-slow',
]);

/** Faults that make a history long, or that take from what the others can show. */
const RARE = new Map<FaultKind, number>([
  ['expiry', 0.15],
  ['clock-skew', 0.15],
  ['old-data', 0.35],
  ['output-gone', 0.35],
  ['outage', 0.3],
]);
