import { InvalidArgument } from '../definition/invalid-argument.ts';
import { compilePattern, type EventPattern } from './event-pattern.ts';

/** One rule: the first of a list whose pattern matches says what becomes of an event. */
export interface FilterRule {
  readonly name: string;
  readonly action: 'keep' | 'drop';
  readonly pattern: Readonly<Record<string, unknown>>;
}

/** Which events go into windows: what the first rule says that matches, or otherwise. */
export interface FilterRules {
  readonly rules: readonly FilterRule[];
  readonly otherwise: 'keep' | 'drop';
}

/** Where nobody has set any. */
export const NO_RULES: FilterRules = { rules: [], otherwise: 'keep' };

const RULES_MAX = 50;
const BYTES_MAX = 16 * 1024;

/**
 * Builds the test of whether an event goes into windows.
 *
 * @throws {InvalidArgument} naming the rule and the place in it.
 */
export function compileRules({ rules, otherwise }: FilterRules): (event: unknown) => boolean {
  if (rules.length > RULES_MAX) throw new InvalidArgument(rules, `${RULES_MAX} rules at the most`, 'rules');
  const bytes = JSON.stringify(rules).length;
  if (bytes > BYTES_MAX) throw new InvalidArgument(`${bytes} characters`, `${BYTES_MAX} characters in all rules together`, 'rules');
  const names = new Set<string>();
  const compiled = rules.map(({ name, action, pattern }, index): [EventPattern, boolean] => {
    if (names.has(name)) throw new InvalidArgument(name, 'a name that no other rule has', `rules.${index}.name`);
    names.add(name);
    return [InvalidArgument.in(`rules.${index}.pattern`, () => compilePattern(pattern)), action === 'keep'];
  });
  return (event) => {
    for (const [matches, keeps] of compiled) if (matches(event)) return keeps;
    return otherwise === 'keep';
  };
}
