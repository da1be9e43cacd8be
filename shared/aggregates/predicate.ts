import { requireFunction } from '../definition/requirement.ts';

/** Whether something holds for an event. What it gives counts as true or false the way `if` takes it. */
export type Predicate<E> = (event: E) => boolean;

/** @throws {InvalidArgument} when it is no function. */
export function requirePredicate(given: unknown, field?: string): void {
  requireFunction(given, 'a function from the event to true or false', field);
}
