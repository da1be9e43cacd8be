import { closest, distance } from 'fastest-levenshtein';
import * as z from 'zod/mini';
import type { Aggregate } from '../aggregates/aggregate.ts';
import { earliest, latest } from '../aggregates/extent.ts';
import { tally } from '../aggregates/tally.ts';
import { InvalidArgument } from '../definition/invalid-argument.ts';
import { show } from '../definition/show.ts';
import { byKey, type Grouping } from '../grouping/grouping.ts';
import { groupFields, type GroupingDefinition } from '../grouping/grouping-sets.ts';
import { durationMs } from '../time/duration.ts';
import { DEFAULT_IDLENESS, idleTimeoutMs } from '../watermarks/idleness.ts';
import { deduplicationOf } from './deduplication.ts';
import { fingerprintOf } from './definition-description.ts';
import { DefinitionError, type DefinitionProblem } from './definition-error.ts';
import { FORMATS, inputDeclarationOf } from './input-declaration.ts';
import { LANES_MAX } from './lane.ts';
import type { Pipeline } from './pipeline.ts';
import { isName, NAME_ALLOWED } from './pipeline-name.ts';
import type { PipelineOptions, Values, WindowOptions } from './pipeline-options.ts';
import type { WindowOperator } from './window-operator.ts';

const DEFAULT_MAX_FUTURE_SKEW = '1h';

const functionField = z.custom<(event: never) => unknown>((value) => typeof value === 'function', 'a function of the event');

/** An object that was made by one of our functions: it can be built, or folded into. */
const madeBy = (method: 'build' | 'buildSources' | 'buildGrouping' | 'buildEnrichment' | 'merge', makers: string) =>
  z.custom<object>(
    (value) =>
      typeof value === 'object' && value !== null && method in value && typeof (value as Record<string, unknown>)[method] === 'function',
    makers,
  );

const durationField = z.custom<number | string>(
  (value) => typeof value === 'number' || typeof value === 'string',
  `a duration such as '5m'`,
);

const triggerSchema = z.strictObject({
  early: z.optional(madeBy('build', `a trigger such as every('30s')`)),
  onTime: z.optional(z.enum(['always', 'ifChanged'], `'always' or 'ifChanged'`)),
  late: z.optional(madeBy('build', `a trigger such as afterCount(100)`)),
});

const GROUPING_ALLOWED = `fields such as ['region', 'product'], or groupingSets([…]), cube([…]), rollup([…])`;

const windowSchema = z.strictObject({
  keyBy: z.optional(functionField),
  groupBy: z.optional(z.custom<object>((value) => typeof value === 'object' && value !== null, GROUPING_ALLOWED)),
  where: z.optional(functionField),
  window: madeBy('build', `a window such as tumbling('1h')`),
  allowedLateness: z.optional(durationField),
  trigger: z.optional(triggerSchema),
  accumulation: z.optional(z.enum(['accumulating', 'discarding', 'retracting'], `'accumulating', 'discarding' or 'retracting'`)),
  aggregate: z
    .record(z.string(), madeBy('merge', 'an aggregate such as count() or mean(e => e.amount)'), 'aggregates by name')
    .check(z.refine((aggregates) => Object.keys(aggregates).length > 0, 'at least one aggregate')),
});

const LANES_ALLOWED = `a whole number from 1 to ${LANES_MAX}`;

const FORMATS_ALLOWED = `${FORMATS.slice(0, -1).map(show).join(', ')} or ${show(FORMATS.at(-1))}`;

const pipelineSchema = z.strictObject({
  format: z.optional(z.enum(FORMATS, FORMATS_ALLOWED)),
  decode: z.optional(z.custom((value) => typeof value === 'function', 'a function of the bytes of a payload')),
  compression: z.optional(z.literal('gzip', `'gzip'`)),
  aggregation: z.optional(z.literal('kpl', `'kpl'`)),
  timestamp: functionField,
  watermark: madeBy('buildSources', `a watermark strategy such as boundedOutOfOrderness('10s')`),
  filter: z.optional(functionField),
  enrich: z.optional(madeBy('buildEnrichment', 'lookupJoin({ by, lookup, with })')),
  map: z.optional(functionField),
  rules: z.optional(z.literal('live', `'live'`)),
  dedupe: z.optional(z.strictObject({ by: functionField, within: durationField })),
  maxFutureSkew: z.optional(durationField),
  idleness: z.optional(z.union([z.literal('hold'), z.strictObject({ timeout: durationField })], `'hold' or { timeout: '30s' }`)),
  lanes: z.optional(z.int(LANES_ALLOWED).check(z.minimum(1, LANES_ALLOWED), z.maximum(LANES_MAX, LANES_ALLOWED))),
  windows: z
    .record(z.string(), windowSchema, 'windows by name')
    .check(z.refine((windows) => Object.keys(windows).length > 0, 'at least one window')),
});

type Definition<E, V, M> = Omit<Pipeline<E, V, M>, symbol>;

/**
 * Checks a definition and builds its logic.
 *
 * @throws {DefinitionError} with every problem found.
 */
export function readDefinition<E, V extends Values, M>(name: string, options: PipelineOptions<E, V, M>): Definition<E, V, M> {
  const shape = shapeProblems(name, options);
  if (shape.length > 0) throw new DefinitionError(name, shape);

  const problems: DefinitionProblem[] = [];
  const attempt = <T>(field: string, build: () => T): T | undefined => {
    try {
      return InvalidArgument.in(field, build);
    } catch (error) {
      if (!(error instanceof InvalidArgument)) throw error;
      problems.push({ field: error.field ?? field, message: error.message });
      return undefined;
    }
  };

  const input = attempt('', () => inputDeclarationOf(options));
  const sources = attempt('watermark', () => options.watermark.buildSources());
  const idle = attempt('idleness', () => ({ timeoutMs: idleTimeoutMs(options.idleness ?? DEFAULT_IDLENESS) }));
  const maxFutureSkewMs = attempt('maxFutureSkew', () => durationMs(options.maxFutureSkew ?? DEFAULT_MAX_FUTURE_SKEW));
  const { dedupe } = options;
  const deduplication = dedupe && attempt('dedupe', () => deduplicationOf(dedupe));
  const { enrich } = options;
  const enrichment = enrich && attempt('enrich', () => enrich.buildEnrichment());
  const operators: WindowOperator<M>[] = [];
  for (const [windowName, window] of Object.entries<WindowOptions<M>>(options.windows)) {
    const operator = readWindow(windowName, window, attempt);
    if (operator !== undefined) operators.push(operator);
  }
  if (sources === undefined || idle === undefined || maxFutureSkewMs === undefined || problems.length > 0)
    throw new DefinitionError(name, problems);

  const { lanes = 1 } = options;
  const description = {
    watermark: options.watermark.describe(),
    ...(lanes === 1 ? {} : { lanes }),
    windows: Object.fromEntries(operators.map((operator) => [operator.name, operator.description])),
  };
  return {
    name,
    options: deepFreeze(options),
    input,
    maxFutureSkewMs,
    idleTimeoutMs: idle.timeoutMs,
    deduplication,
    enrichment,
    sources,
    operators: Object.freeze(operators),
    lanes,
    description,
    fingerprint: fingerprintOf(description),
  };
}

function readWindow<E>(
  name: string,
  window: WindowOptions<E>,
  attempt: <T>(field: string, build: () => T) => T | undefined,
): WindowOperator<E> | undefined {
  const path = `windows.${name}`;
  const grouping = attempt(path, () => groupingOf(window));
  const assigner = attempt(`${path}.window`, () => window.window.build());
  const allowedLatenessMs = attempt(`${path}.allowedLateness`, () => durationMs(window.allowedLateness ?? 0));
  const { early: earlyDefinition, late: lateDefinition, onTime = 'always' } = window.trigger ?? {};
  const early = earlyDefinition && attempt(`${path}.trigger.early`, () => earlyDefinition.build());
  const late = lateDefinition && attempt(`${path}.trigger.late`, () => lateDefinition.build());
  const aggregateNames = Object.keys(window.aggregate);
  const aggregates: readonly Aggregate<E, unknown>[] = Object.values(window.aggregate);
  for (const [aggregateName, aggregate] of Object.entries(window.aggregate)) {
    attempt(`${path}.aggregate.${aggregateName}`, () => aggregate.check?.());
  }
  const isTriggerWrong = (earlyDefinition !== undefined && early === undefined) || (lateDefinition !== undefined && late === undefined);
  if (grouping === undefined || assigner === undefined || allowedLatenessMs === undefined || isTriggerWrong) return undefined;
  const critical = [early?.critical, late?.critical].filter((predicate) => predicate !== undefined);
  const tallies = critical.length === 0 ? [] : [tally<E>((event) => critical.some((predicate) => predicate(event)))];
  const extents = assigner.merges ? [earliest(), latest()] : [];
  const accumulation = window.accumulation ?? 'accumulating';
  return Object.freeze({
    name,
    grouping,
    where: window.where,
    assigner,
    allowedLatenessMs,
    aggregateNames,
    aggregates,
    shape: [...aggregates, ...tallies, ...extents],
    criticalAt: tallies.length === 0 ? undefined : aggregates.length,
    extentAt: extents.length === 0 ? undefined : aggregates.length + tallies.length,
    early,
    late,
    onTime,
    accumulation,
    description: {
      window: window.window.describe(),
      ...grouping.describe(),
      allowedLatenessMs,
      ...(earlyDefinition === undefined ? {} : { early: earlyDefinition.describe() }),
      ...(lateDefinition === undefined ? {} : { late: lateDefinition.describe() }),
      onTime,
      accumulation,
      aggregates: aggregates.map((aggregate, index) => `${aggregateNames[index]}=${aggregate.describe}`),
    },
  });
}

/** @throws {InvalidArgument} when there is no key, or two ways to one. */
function groupingOf<E>({ keyBy, groupBy }: WindowOptions<E>): Grouping<E> {
  if (keyBy !== undefined && groupBy !== undefined) throw new InvalidArgument(groupBy, 'only one of keyBy and groupBy', 'groupBy');
  if (keyBy !== undefined) return byKey(keyBy);
  if (groupBy === undefined) throw new InvalidArgument(undefined, 'a function of the event, or groupBy with several fields', 'keyBy');
  const definition = isGroupingDefinition(groupBy) ? groupBy : groupFields(groupBy);
  return InvalidArgument.in('groupBy', () => definition.buildGrouping());
}

function isGroupingDefinition<E>(groupBy: NonNullable<WindowOptions<E>['groupBy']>): groupBy is GroupingDefinition<E> {
  return 'buildGrouping' in groupBy && typeof groupBy.buildGrouping === 'function';
}

function shapeProblems(name: unknown, options: unknown): DefinitionProblem[] {
  const problems: DefinitionProblem[] = [];
  if (!isName(name)) problems.push({ field: 'name', message: `${show(name)} is not allowed here; allowed: ${NAME_ALLOWED}` });
  const parsed = pipelineSchema.safeParse(options);
  const issues = parsed.error?.issues ?? [];
  const misspelled = issues.flatMap((issue) => (issue.code === 'unrecognized_keys' ? misspellings(issue) : []));
  problems.push(...misspelled.map(({ field, message }) => ({ field, message })));
  for (const issue of issues) {
    const field = issue.path.join('.');
    // A misspelled option is missing under its right name as well; that is one mistake, not two.
    if (issue.code !== 'unrecognized_keys' && !misspelled.some(({ meant }) => meant === field))
      problems.push({ field, message: explain(issue, options) });
  }
  for (const [windowName, window] of Object.entries(parsed.data?.windows ?? {})) {
    problems.push(...nameProblems(`windows.${windowName}`, windowName), ...aggregateNameProblems(windowName, window.aggregate));
  }
  return problems;
}

function aggregateNameProblems(windowName: string, aggregates: Readonly<Record<string, object>>): DefinitionProblem[] {
  return Object.keys(aggregates).flatMap((name) => nameProblems(`windows.${windowName}.aggregate.${name}`, name));
}

function nameProblems(field: string, name: string): DefinitionProblem[] {
  return isName(name) ? [] : [{ field, message: `the name ${show(name)} is not allowed; allowed: ${NAME_ALLOWED}` }];
}

const PIPELINE_FIELDS = Object.keys(pipelineSchema.shape);
const WINDOW_FIELDS = Object.keys(windowSchema.shape);
const TRIGGER_FIELDS = Object.keys(triggerSchema.shape);
const DEDUPE_FIELDS = ['by', 'within'];
// More wrong letters than this are another word.
const MISSPELLED_LETTERS_MAX = 2;

/** Options that there are not, each with the one that was probably meant. */
function misspellings({ path, keys }: z.core.$ZodIssueUnrecognizedKeys): (DefinitionProblem & { meant: string | undefined })[] {
  const allowed = fieldsAt(path);
  return keys.map((key) => {
    const nearest = closest(key, allowed);
    const meant = distance(key.toLowerCase(), nearest.toLowerCase()) <= MISSPELLED_LETTERS_MAX ? nearest : undefined;
    return {
      field: [...path, key].join('.'),
      message: `there is no option ${show(key)}; ${meant === undefined ? '' : `did you mean '${meant}'? `}allowed: ${allowed.join(', ')}`,
      meant: meant === undefined ? undefined : [...path, meant].join('.'),
    };
  });
}

function fieldsAt(path: readonly PropertyKey[]): readonly string[] {
  if (path.length === 0) return PIPELINE_FIELDS;
  if (path.at(-1) === 'trigger') return TRIGGER_FIELDS;
  return path[0] === 'dedupe' ? DEDUPE_FIELDS : WINDOW_FIELDS;
}

/** What zod found, in our words: what was given, what is allowed. */
function explain(issue: z.core.$ZodIssue, options: unknown): string {
  const given = issue.path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key], options);
  const allowed = issue.code === 'invalid_type' ? `an object (${issue.message})` : issue.message;
  return given === undefined ? `it is missing; needed: ${allowed}` : `${show(given)} is not allowed here; allowed: ${allowed}`;
}

/** Freezes the plain objects of a definition; what they hold (functions, aggregates, windows) was made by us or is the user's own. */
function deepFreeze<E, V extends Values, M>(options: PipelineOptions<E, V, M>): PipelineOptions<E, V, M> {
  const windows: Record<string, WindowOptions<M>> = {};
  for (const [name, window] of Object.entries<WindowOptions<M>>(options.windows)) {
    windows[name] = Object.freeze({ ...window, aggregate: Object.freeze({ ...window.aggregate }) });
  }
  return Object.freeze({ ...options, windows: Object.freeze(windows) as typeof options.windows });
}
