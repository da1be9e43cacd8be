import { InvalidArgument } from '../definition/invalid-argument.ts';
import { show } from '../definition/show.ts';

/** Whether an event is meant. */
export type EventPattern = (event: unknown) => boolean;

/** Whether a value is: that of a field, or `undefined` where there is none. */
type Matcher = (value: unknown) => boolean;

type JsonObject = Readonly<Record<string, unknown>>;

// A pattern is looked at for every event.
const DEPTH_MAX = 10;
const VALUES_MAX = 200;

/**
 * Builds the test of an event pattern, in the words of Amazon EventBridge: an object as deep as the event, with a list of what may stand in a field. Every field of it must
 * match, by any value of its list; a list in the event, by any of its elements; `$or` takes several patterns, any of which will do.
 *
 * @throws {InvalidArgument} naming the place in the pattern.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */
export function compilePattern(pattern: unknown): EventPattern {
  return new PatternCompiler().object(pattern, 1);
}

class PatternCompiler {
  #values = 0;

  object(pattern: unknown, depth: number): EventPattern {
    if (!isObject(pattern)) throw new InvalidArgument(pattern, 'an object of fields, each with a list of values or an object of fields');
    const fields = Object.entries(pattern);
    if (fields.length === 0) throw new InvalidArgument(pattern, 'at least one field; leave the rule out to match everything');
    if (depth > DEPTH_MAX) throw new InvalidArgument(pattern, `fields ${DEPTH_MAX} deep at the most`);
    const tests = fields.map(([name, meant]) =>
      InvalidArgument.in(name, () => (name === '$or' ? this.#anyOf(meant, depth) : this.#field(name, meant, depth))),
    );
    return (event) => isObject(event) && tests.every((test) => test(event));
  }

  #anyOf(patterns: unknown, depth: number): EventPattern {
    if (!Array.isArray(patterns) || patterns.length < 2) throw new InvalidArgument(patterns, 'a list of two patterns or more');
    const tests = patterns.map((each, index) => InvalidArgument.in(String(index), () => this.object(each, depth + 1)));
    return (event) => tests.some((test) => test(event));
  }

  #field(name: string, meant: unknown, depth: number): EventPattern {
    const valueOf = (event: unknown): unknown => (Object.hasOwn(event as JsonObject, name) ? (event as JsonObject)[name] : undefined);
    if (!Array.isArray(meant)) {
      if (!isObject(meant)) throw new InvalidArgument(meant, `a list of values, such as [${show(meant)}], or an object of fields`);
      const test = this.object(meant, depth + 1);
      return (event) => {
        const value = valueOf(event);
        return Array.isArray(value) ? value.some(test) : test(value);
      };
    }
    if (meant.length === 0) throw new InvalidArgument(meant, 'a list of at least one value');
    const matchers = meant.map((each, index) => InvalidArgument.in(String(index), () => this.#value(each)));
    return (event) => {
      const value = valueOf(event);
      return matchers.some((matches) => (Array.isArray(value) && value.length > 0 ? value.some(matches) : matches(value)));
    };
  }

  #value(meant: unknown): Matcher {
    if (++this.#values > VALUES_MAX) throw new InvalidArgument(meant, `${VALUES_MAX} values in a pattern at the most`);
    if (isScalar(meant)) return (value) => value === meant;
    const [operator, ...others] = isObject(meant) ? Object.keys(meant) : [];
    if (operator === undefined || others.length > 0 || !Object.hasOwn(OPERATORS, operator)) {
      throw new InvalidArgument(meant, `text, a number, true, false, null, or an object with one of ${Object.keys(OPERATORS).join(', ')}`);
    }
    const operand = (meant as JsonObject)[operator];
    return InvalidArgument.in(operator, () => (OPERATORS[operator] as Operator)(operand));
  }
}

type Operator = (operand: unknown) => Matcher;

const ofText =
  (test: (operand: string) => (value: string) => boolean): Operator =>
  (operand) => {
    if (typeof operand !== 'string' || operand === '') throw new InvalidArgument(operand, 'text');
    const matches = test(operand);
    return (value) => typeof value === 'string' && matches(value);
  };

const TEXT_OPERATORS: Readonly<Record<string, Operator>> = {
  prefix: ofText((start) => (value) => value.startsWith(start)),
  suffix: ofText((end) => (value) => value.endsWith(end)),
  'equals-ignore-case': ofText((text) => {
    const meant = text.toLowerCase();
    return (value) => value.toLowerCase() === meant;
  }),
  wildcard: ofText(wildcard),
};

const OPERATORS: Readonly<Record<string, Operator>> = {
  ...TEXT_OPERATORS,
  exists: (operand) => {
    if (typeof operand !== 'boolean') throw new InvalidArgument(operand, 'true or false');
    return (value) => (value !== undefined) === operand;
  },
  numeric,
  'anything-but': anythingBut,
};

/** There, and none of these. */
function anythingBut(operand: unknown): Matcher {
  const excluded = Array.isArray(operand) ? operand : [operand];
  if (excluded.length === 0) throw new InvalidArgument(operand, 'at least one value');
  const matchers = excluded.map((each): Matcher => {
    if (isScalar(each)) return (value) => value === each;
    const [operator, ...others] = isObject(each) ? Object.keys(each) : [];
    if (operator === undefined || others.length > 0 || !Object.hasOwn(TEXT_OPERATORS, operator))
      throw new InvalidArgument(
        each,
        `text, a number, true, false, null, or an object with one of ${Object.keys(TEXT_OPERATORS).join(', ')}`,
      );
    return (TEXT_OPERATORS[operator] as Operator)((each as JsonObject)[operator]);
  });
  return (value) => value !== undefined && !matchers.some((matches) => matches(value));
}

const COMPARISONS: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  '=': (value, bound) => value === bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
};

/** `['>', 0, '<=', 5]`: all of them. */
function numeric(operand: unknown): Matcher {
  const allowed = `comparisons such as ['>', 0, '<=', 5], by ${Object.keys(COMPARISONS).join(', ')}`;
  if (!Array.isArray(operand) || operand.length === 0 || operand.length % 2 === 1 || operand.length > 4)
    throw new InvalidArgument(operand, allowed);
  const tests: ((value: number) => boolean)[] = [];
  for (let at = 0; at < operand.length; at += 2) {
    const [operator, bound] = [operand[at] as unknown, operand[at + 1] as unknown];
    if (typeof operator !== 'string' || !Object.hasOwn(COMPARISONS, operator) || typeof bound !== 'number' || !Number.isFinite(bound))
      throw new InvalidArgument(operand, allowed);
    const compare = COMPARISONS[operator] as (value: number, bound: number) => boolean;
    tests.push((value) => compare(value, bound));
  }
  return (value) => typeof value === 'number' && tests.every((test) => test(value));
}

/** `*` is any text, also none. Part by part from the left, so that no text takes long. */
function wildcard(text: string): (value: string) => boolean {
  const [start = '', ...rest] = text.split('*');
  const end = rest.pop();
  if (end === undefined) return (value) => value === text;
  return (value) => {
    if (value.length < start.length + end.length || !value.startsWith(start) || !value.endsWith(end)) return false;
    let at = start.length;
    const last = value.length - end.length;
    for (const part of rest) {
      const found = value.indexOf(part, at);
      if (found === -1 || found + part.length > last) return false;
      at = found + part.length;
    }
    return true;
  };
}

function isScalar(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'boolean' || value === null || (typeof value === 'number' && Number.isFinite(value));
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
