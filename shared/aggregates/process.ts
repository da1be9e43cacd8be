import { InvalidArgument } from '../definition/invalid-argument.ts';
import { requireFunction } from '../definition/requirement.ts';
import { faultsOf } from './aggregate-fault.ts';
import type { Aggregate, WindowBounds } from './aggregate.ts';
import { bundle } from './bundle.ts';
import { collect } from './collect.ts';

/** The window that is processed. */
export interface ProcessedWindow extends WindowBounds {
  /** How many events it holds of the key. */
  readonly count: number;
  /** How many of them are not handed over, for there were more than the limit. */
  readonly omitted: number;
}

/** Over the events themselves. */
export interface ProcessedEvents<E, T = E> {
  /** How many are handed over, 1 to 1,000: the earliest. */
  readonly limit: number;
  /** What to keep of an event, any JSON value; without it the whole event. */
  readonly of?: (event: E) => T;
}

/** Over the results of aggregates, by name: state stays small however many events there are. */
export interface ProcessedResults<E, A> {
  /** The aggregates whose results the function is given, by name. */
  readonly over: { readonly [N in keyof A]: Aggregate<E, A[N]> };
}

/**
 * What a function of the user's makes of a whole window of a key, whenever a pane of it fires: of its events in the order of event time, or of the
 * results of other aggregates.
 *
 * The function must give a JSON value and the same one whenever it is given the same, and must not throw: it runs where no single event can be
 * refused, so the pipeline stands still until it is repaired.
 */
export function process<E, R, T = E>(
  run: (key: string, window: ProcessedWindow, events: readonly T[]) => R,
  what: ProcessedEvents<E, T>,
): Aggregate<E, R>;
export function process<E, R, A extends object>(
  run: (key: string, window: ProcessedWindow, results: A) => R,
  what: ProcessedResults<E, A>,
): Aggregate<E, R>;
export function process<E, R>(
  run: (key: string, window: ProcessedWindow, summary: never) => R,
  what: ProcessedEvents<E, unknown> | ProcessedResults<E, object>,
): Aggregate<E, R> {
  return isOverResults(what) ? overResults(run, what) : overEvents(run, what);
}

function isOverResults<E>(what: ProcessedEvents<E, unknown> | ProcessedResults<E, object>): what is ProcessedResults<E, object> {
  return typeof what === 'object' && what !== null && 'over' in what;
}

function overEvents<E, R>(
  run: (key: string, window: ProcessedWindow, events: never) => R,
  what: ProcessedEvents<E, unknown>,
): Aggregate<E, R> {
  return processed(run, collect<E, unknown>(what), ({ events, omitted }) => ({ summary: events, omitted }));
}

function overResults<E, R>(
  run: (key: string, window: ProcessedWindow, results: never) => R,
  { over }: ProcessedResults<E, object>,
): Aggregate<E, R> {
  const isWrong = !areAggregates(over);
  const parts = bundle<E, object>(isWrong ? {} : over);
  const check = () => {
    if (isWrong) throw new InvalidArgument(over, 'aggregates by name, such as { total: sum((e) => e.amount) }', 'over');
    InvalidArgument.in('over', () => parts.check?.());
  };
  return processed(run, { ...parts, check }, (results) => ({ summary: results, omitted: 0 }));
}

/** Folds as the summarizing aggregate does, and hands what that gives to the function. */
function processed<E, S, R>(
  run: (key: string, window: ProcessedWindow, summary: never) => R,
  summarizing: Aggregate<E, S>,
  read: (result: S) => { readonly summary: unknown; readonly omitted: number },
): Aggregate<E, R> {
  const describe = `process(${summarizing.describe})`;
  const fault = faultsOf(describe);
  return Object.freeze<Aggregate<E, R>>({
    ...summarizing,
    describe,
    check: () => {
      requireFunction(run, 'a function of the key, the window, and its events or results');
      summarizing.check?.();
    },
    result: (columns, at, row, scope) =>
      fault('the function', () => {
        const { summary, omitted } = read(summarizing.result(columns, at, row, scope));
        const { key, start, end, events } = scope;
        const found = run(key, { start, end, count: events, omitted }, summary as never);
        // Fails here, under its name, rather than when a whole epoch is written.
        JSON.stringify(found);
        return found;
      }),
  });
}

function areAggregates(over: unknown): boolean {
  const isAggregate = (value: unknown) => typeof value === 'object' && value !== null && 'merge' in value;
  return typeof over === 'object' && over !== null && Object.keys(over).length > 0 && Object.values(over).every(isAggregate);
}
