import { closest, distance } from 'fastest-levenshtein';
import type { z } from 'zod';
import { show } from '../definition/show.ts';
import { DefinitionError } from '../pipeline/definition-error.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { calendar } from '../windows/calendar.ts';
import { ConfigurationError, type ConfigurationProblem } from './configuration-error.ts';
import { configuredPipeline } from './configured-pipeline.ts';
import { configurationPath } from './definition-field.ts';
import { SAYS_ALL } from './field-schema.ts';
import { type Configuration, pipelineSchema } from './pipeline-schema.ts';
import { isJsonObject, type JsonObject, mergeProfile } from './profile.ts';
import { type DocumentPath, SourceText } from './source-text.ts';

/** A configuration, read and checked. */
export interface ReadConfiguration {
  readonly configuration: Configuration;
  readonly pipeline: Pipeline;
}

export interface ProfileChoice {
  /** Which of the file's `profiles` to use; absent: what all say, alone. */
  readonly name: string | undefined;
  /** Whether a file without profiles will do as well: the choice was made for all files of a place, not for this one. */
  readonly isOptional: boolean;
}

/**
 * Reads a configuration, YAML or JSON. Every profile of it is checked, whichever is chosen, so that a mistake in the one for production shows on the desk.
 *
 * @param file What errors call it.
 * @throws {ConfigurationError} with every problem found, by line and column.
 */
export function readConfiguration(text: string, file: string, { name, isOptional }: ProfileChoice): ReadConfiguration {
  const source = new SourceText(text);
  const refuse = (problems: readonly ConfigurationProblem[]): never => {
    throw new ConfigurationError(file, problems);
  };
  if (source.problems.length > 0) refuse(source.problems);
  const { value } = source;
  if (!isJsonObject(value)) return refuse([source.problemAt([], 'a pipeline is needed: name, timestamp, watermark and windows')]);
  const { profiles = {}, ...base } = value;
  if (!isJsonObject(profiles))
    return refuse([source.problemAt(['profiles'], 'profiles by name are needed, such as { production: { lanes: 4 } }')]);
  const names = Object.keys(profiles);
  if (name !== undefined && !names.includes(name) && !(isOptional && names.length === 0)) {
    const there = names.length === 0 ? 'the file has none' : `there are ${names.join(', ')}`;
    return refuse([source.problemAt(['profiles'], `there is no profile ${show(name)}; ${there}`)]);
  }

  const readings = new Map(names.map((each) => [each, new ProfileReading(source, base, each, profiles[each] ?? {})]));
  const chosen = (name === undefined ? undefined : readings.get(name)) ?? new ProfileReading(source, base);
  const problems = [chosen, ...readings.values()].flatMap((reading) => reading.problems);
  if (problems.length > 0) refuse(distinct(problems));
  return chosen.read as ReadConfiguration;
}

/** What is wrong with what all profiles share is wrong in each. */
function distinct(problems: readonly ConfigurationProblem[]): ConfigurationProblem[] {
  const byText = new Map(problems.map((problem) => [`${problem.line}:${problem.column}:${problem.message}`, problem]));
  return [...byText.values()].toSorted((a, b) => a.line - b.line || a.column - b.column);
}

/** What a file says under one of its profiles, or under none. */
class ProfileReading {
  readonly read: ReadConfiguration | undefined;
  readonly problems: ConfigurationProblem[] = [];
  readonly #source: SourceText;
  readonly #profile: string | undefined;
  readonly #value: JsonObject;

  constructor(source: SourceText, base: JsonObject, profile?: string, overrides: unknown = {}) {
    this.#source = source;
    this.#profile = profile;
    this.#value = isJsonObject(overrides) ? mergeProfile(base, overrides) : base;
    if (!isJsonObject(overrides)) this.problems.push(source.problemAt(['profiles', profile as string], 'fields of a pipeline are needed'));
    else this.read = this.#readFrom(this.#value);
  }

  #readFrom(value: JsonObject): ReadConfiguration | undefined {
    const { data, error } = pipelineSchema.safeParse(value, { error: worded });
    if (error !== undefined) {
      const issues = narrowed(error.issues);
      const unknown = issues.filter((issue) => issue.code === 'unrecognized_keys');
      const misspelled = unknown.flatMap((issue) => this.#misspellings(issue));
      for (const issue of issues) if (issue.code !== 'unrecognized_keys') this.#explain(issue, misspelled);
      // What is wrong with the definition of the others is not to come to light only when these are mended.
      const sound = withoutWindows(value, issues);
      if (sound !== undefined) this.#readFrom(sound);
      return undefined;
    }
    try {
      return { configuration: data, pipeline: configuredPipeline(data, calendar) };
    } catch (thrown) {
      if (!(thrown instanceof DefinitionError)) throw thrown;
      for (const { field, message } of thrown.problems) {
        const path = configurationPath(field);
        this.#add(path, `${path.join('.')}: ${message}`);
      }
      return undefined;
    }
  }

  /** @returns The places of what was probably meant. */
  #misspellings(issue: z.core.$ZodIssueUnrecognizedKeys): string[] {
    return issue.keys.flatMap((key) => {
      const meant = meantBy(key, issue);
      const said = `there is no ${show(key)}; ${meant === undefined ? '' : `did you mean '${meant}'? `}allowed: ${issue.message}`;
      this.#add([...issue.path, key], issue.path.length === 0 ? said : `${issue.path.join('.')}: ${said}`, 'name');
      return meant === undefined ? [] : [[...issue.path, meant].join('.')];
    });
  }

  /** @param misspelled What is misspelled is missing under its right name as well; that is one mistake, not two. */
  #explain(issue: z.core.$ZodIssue, misspelled: readonly string[]): void {
    const { path, message } = issue;
    const field = path.join('.');
    const given = path.reduce<unknown>((value, step) => (value as Record<PropertyKey, unknown> | undefined)?.[step], this.#value);
    if (given === undefined && misspelled.includes(field)) return;
    if (issue.code === 'invalid_key') {
      this.#add(path, `${field}: the name ${show(path.at(-1))} is not allowed; ${issue.issues[0]?.message}`, 'name');
      return;
    }
    const saysAll = issue.code === 'custom' && issue.params === SAYS_ALL;
    const said = given === undefined ? ' is missing; ' : ` is ${show(given)}; `;
    this.#add(path, field === '' ? message : `${field}${saysAll ? ': ' : said}${message}`);
  }

  /** What a profile says stands in the profile, everything else where it stands for all. */
  #add(path: DocumentPath, message: string, of?: 'name'): void {
    const places = [path, withMilliseconds(path)].flatMap((each) => [
      ...(this.#profile === undefined ? [] : [{ at: ['profiles', this.#profile, ...each], above: 2 }]),
      { at: each, above: 0 },
    ]);
    const depths = places.map(({ at, above }) => this.#source.depthOf(at) - above);
    const deepest = depths.indexOf(Math.max(...depths));
    const isShared = this.#profile === undefined || places[deepest]?.above === 0;
    const whole = isShared ? message : `${message} (profile ${this.#profile})`;
    this.problems.push(this.#source.problemAt(places[deepest]?.at ?? path, whole, of));
  }
}

/** A configuration without the windows that something is wrong with, where there are others and nothing else is. */
function withoutWindows(value: JsonObject, issues: readonly z.core.$ZodIssue[]): JsonObject | undefined {
  const { windows } = value;
  if (!isJsonObject(windows) || issues.some(({ path }) => path[0] !== 'windows' || path.length === 1)) return undefined;
  const wrong = new Set(issues.map(({ path }) => path[1]));
  const sound = Object.entries(windows).filter(([name]) => !wrong.has(name));
  return sound.length === 0 ? undefined : { ...value, windows: Object.fromEntries(sound) };
}

/** A duration may be there by its other name. */
function withMilliseconds(path: DocumentPath): DocumentPath {
  return path.length === 0 ? path : [...path.slice(0, -1), `${String(path.at(-1))}_ms`];
}

/** Of a choice between several forms, what is wrong by the form that was meant, where that can be told. */
function narrowed(issues: readonly z.core.$ZodIssue[]): z.core.$ZodIssue[] {
  return issues.flatMap((issue) => {
    if (issue.code !== 'invalid_union') return [issue];
    const meant = issue.errors.filter(
      (form) => !form.some(({ path, code }) => path.length === 0 && code !== 'unrecognized_keys' && code !== 'custom'),
    );
    const [form, ...others] = meant;
    if (form === undefined || others.length > 0) return [issue];
    return narrowed(form.map((each) => ({ ...each, path: [...issue.path, ...each.path] })));
  });
}

// More wrong letters than this are another word.
const MISSPELLED_LETTERS_MAX = 2;

/** What zod says where a schema says nothing of its own. Of fields that there are not: which there are. */
const worded: z.core.$ZodErrorMap = (issue) => {
  if (issue.code === 'unrecognized_keys') return Object.keys((issue.inst as z.ZodObject).shape).join(', ');
  return issue.code === 'invalid_type' ? `${issue.expected} is needed` : undefined;
};

/** Of the names that there are, the one that was probably meant. */
function meantBy(key: string, { message }: z.core.$ZodIssueUnrecognizedKeys): string | undefined {
  const nearest = closest(key, message.split(', '));
  return distance(key.toLowerCase(), nearest.toLowerCase()) <= MISSPELLED_LETTERS_MAX ? nearest : undefined;
}
