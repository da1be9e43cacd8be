/**
 * Builds the artefact that Lambda runs: one handler, one pipeline, everything they import. What is imported only when it is needed stays in files
 * of its own beside the first, so that a cold start does not read it: most ways of getting credentials, which the SDK brings and Lambda never needs.
 * The deployed stack and the local one call this same function, so that what is tried is what is shipped.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, extname, join, posix, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildFailure, type BuildOptions, buildSync, type Metafile } from 'esbuild';
import { needsCalendar } from '../shared/configuration/configured-pipeline.ts';
import type { ReadConfiguration } from '../shared/configuration/read-configuration.ts';
import { durationMs } from '../shared/time/duration.ts';
import { bundlePage } from './bundle-page.ts';
import { ConfigurationError, isConfigurationFile, readConfigurationFile } from './configuration-file.ts';
import { type DefinitionFacts, type Evaluation, factsOf } from './definition-facts.ts';

export type FunctionKind = 'ingest' | 'fire' | 'discards' | 'socket';

/**
 * Path of the module whose default export is the pipeline definition, or of a configuration, `.yaml` or `.json`, with the profile that is meant. A
 * relative one counts from the working directory.
 */
export type PipelineEntry = string | { readonly path: string; readonly profile: string | undefined };

export interface BundleRequest {
  readonly kind: FunctionKind;
  readonly pipelineEntry: PipelineEntry;
  readonly outdir: BundleFolder;
}

/** The API is one function over several pipelines. */
export interface ApiBundleRequest {
  /** In the order of the definitions that the handler gets; the same one for several pipelines as often. */
  readonly pipelineEntries: readonly PipelineEntry[];
  readonly outdir: BundleFolder;
}
/** Path of a folder that receives `index.mjs`, the folder `parts` (which is emptied first) and their source maps; made when it is missing. */
type BundleFolder = string;

export interface BundledFunction {
  /** Absolute path of `index.mjs`; it exports `handler`. */
  readonly file: string;
  /** Size of all of it, without source maps. */
  readonly sizeBytes: number;
}

/** The pipeline cannot become a function as it stands. The message names the file, what was found and what to do. */
export class BundleError extends Error {
  override readonly name = 'BundleError';
}

const thisFile = fileURLToPath(import.meta.url);
// `.ts` in a checkout, `.js` in the installed package, whose dist/ mirrors the source tree.
const sourceExtension = extname(thisFile);
const root = dirname(dirname(thisFile));

const ENTRY_NAME = 'index';
const PARTS = 'parts';

// Modules of Node that are loaded another way in a function: `functions/builtins` says why.
const BUILTINS = Object.fromEntries(
  ['http', 'http2', 'https'].map((name) => [`node:${name}`, join(root, 'functions', 'builtins', `${name}${sourceExtension}`)]),
);

/** What a pipeline means by `mullion`, in a checkout: its sources, and not a package that is installed where the pipeline lies. */
const OWN = sourceExtension === '.ts' ? ownModules() : {};

const factories: Readonly<Record<FunctionKind, string>> = {
  ingest: 'createIngestHandler',
  fire: 'createFireHandler',
  discards: 'createDiscardsHandler',
  socket: 'createSocketHandler',
};

/**
 * Bundles one function synchronously (a CDK construct cannot wait for a promise).
 *
 * The output depends on the sources alone, not on `outdir` nor on the place of the checkout, so that an unchanged
 * pipeline keeps its asset hash and is not deployed again.
 *
 * @throws BundleError when the pipeline file is missing, does not compile, or has no default export.
 */
export function bundleFunction({ kind, pipelineEntry, outdir }: BundleRequest): BundledFunction {
  const definition = definitionAt(pipelineEntry);
  const factory = factories[kind];
  return bundleEntry(
    kind,
    outdir,
    [definition],
    [
      ...definitionLines(definition, 'definition'),
      `import { ${factory} } from ${JSON.stringify(handlerPath(kind))};`,
      `export const handler = ${factory}(definition);`,
    ],
  );
}

/**
 * Bundles the API, likewise.
 *
 * @throws BundleError when a pipeline file is missing, does not compile, or has no default export.
 */
export function bundleApi({ pipelineEntries, outdir }: ApiBundleRequest): BundledFunction {
  const definitions = pipelineEntries.map(definitionAt);
  return bundleEntry('api', outdir, definitions, [
    ...definitions.flatMap((definition, index) => definitionLines(definition, `definition${index}`)),
    `import { createApiHandler } from ${JSON.stringify(handlerPath('api'))};`,
    `const page = ${JSON.stringify(bundlePage())};`,
    `export const handler = createApiHandler([${definitions.map((_each, index) => `definition${index}`).join(', ')}], page);`,
  ]);
}

function handlerPath(kind: FunctionKind | 'api'): string {
  return join(root, 'functions', kind, `handler${sourceExtension}`);
}

function bundleEntry(
  kind: FunctionKind | 'api',
  folder: BundleFolder,
  definitions: readonly DefinitionFile[],
  lines: readonly string[],
): BundledFunction {
  const modules = definitions.filter(({ read }) => read === undefined).map(({ path }) => path);
  for (const path of new Set(modules)) requireDefaultExport(path);
  const result = build(definitions.map(({ path }) => path).join(', '), {
    stdin: { contents: lines.join('\n'), sourcefile: `${kind}-entry.js`, resolveDir: root },
    // Never written there: it fixes what the paths inside the source map are relative to.
    outdir: root,
    outExtension: { '.js': '.mjs' },
    entryNames: ENTRY_NAME,
    splitting: true,
    chunkNames: `${PARTS}/[name]-[hash]`,
    alias: BUILTINS,
    minify: true,
    sourcemap: 'linked',
    // Frames need lines and names only; the texts would triple what is uploaded.
    sourcesContent: false,
  });

  const outdir = resolve(folder);
  // Its files are called after what is in them: those of another build would stay.
  rmSync(join(outdir, PARTS), { recursive: true, force: true });
  mkdirSync(join(outdir, PARTS), { recursive: true });
  const needed = reachable(result.metafile.outputs, `${ENTRY_NAME}.mjs`);
  let sizeBytes = 0;
  for (const { path, contents } of result.outputFiles) {
    const name = relative(root, path);
    if (!needed.has(name.replace(/\.map$/, ''))) continue;
    writeFileSync(join(outdir, name), contents);
    if (extname(path) === '.mjs') sizeBytes += contents.byteLength;
  }
  return { file: join(outdir, `${ENTRY_NAME}.mjs`), sizeBytes };
}

// A pipeline module may write what it likes to the first three.
const ANSWER_FD = 3;
// Loading takes milliseconds. A module that waits for something at its top would wait in the function, too.
const EVALUATION_TIMEOUT_MS = 60_000;

/** Where a definition stands. */
interface DefinitionFile {
  readonly path: string;
  /** Of a configuration: what it says. */
  readonly read: ReadConfiguration | undefined;
}

/** @throws BundleError when there is no such file, or a configuration is none. */
function definitionAt(entry: PipelineEntry): DefinitionFile {
  const { path: given, profile } = typeof entry === 'string' ? { path: entry, profile: undefined } : entry;
  const path = pipelinePath(given);
  if (!isConfigurationFile(path)) return { path, read: undefined };
  try {
    return { path, read: readConfigurationFile(path, { profile }) };
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    throw new BundleError(`The pipeline ${path} is not one:\n${error.message}`, { cause: error });
  }
}

/** Code that has the definition under a name. Of a configuration the function gets what was read, and nothing that reads. */
function definitionLines({ path, read }: DefinitionFile, name: string): string[] {
  if (read === undefined) return [`import ${name} from ${JSON.stringify(path)};`];
  const { configuration } = read;
  const pathOf = (folder: string, file: string) => JSON.stringify(join(root, 'shared', folder, `${file}${sourceExtension}`));
  const calendar = needsCalendar(configuration) ? `${name}Calendar` : 'undefined';
  return [
    `import { configuredPipeline as ${name}Of } from ${pathOf('configuration', 'configured-pipeline')};`,
    ...(needsCalendar(configuration) ? [`import { calendar as ${calendar} } from ${pathOf('windows', 'calendar')};`] : []),
    // As text, so that a field called __proto__ is a field.
    `const ${name} = ${name}Of(JSON.parse(${JSON.stringify(JSON.stringify(configuration))}), ${calendar});`,
  ];
}

/**
 * Loads a pipeline module as a function would, in a process of its own and without the environment of this machine, and tells what it defines. Synchronously, like bundling.
 * In a configuration there is nothing to run: it is read here.
 *
 * @throws BundleError when the file is missing, does not compile, cannot be loaded, or defines no pipeline.
 */
export function evaluateDefinition(pipelineEntry: PipelineEntry): DefinitionFacts {
  const { path: pipeline, read } = definitionAt(pipelineEntry);
  if (read !== undefined) return factsOf(read.pipeline);
  requireDefaultExport(pipeline);
  const teller = join(root, 'functions', `definition-facts${sourceExtension}`);
  const { outputFiles } = build(pipeline, {
    stdin: {
      contents: [
        `import { tellFacts } from ${JSON.stringify(teller)};`,
        `await tellFacts(() => import(${JSON.stringify(pipeline)}), ${ANSWER_FD});`,
      ].join('\n'),
      sourcefile: 'definition-entry.js',
      resolveDir: root,
    },
    outfile: join(root, 'definition.mjs'),
  });
  const child = spawnSync(process.execPath, ['--input-type=module', '-'], {
    input: outputFiles[0]?.contents ?? '',
    env: { PATH: process.env.PATH, TZ: 'UTC' },
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    timeout: EVALUATION_TIMEOUT_MS,
  });
  const answer = child.output?.[ANSWER_FD]?.toString('utf8') ?? '';
  const told = answer === '' ? { failure: endOf(child) } : (JSON.parse(answer) as Evaluation);
  if ('facts' in told) return told.facts;
  throw new BundleError(
    `The pipeline ${pipeline} cannot be loaded: ${told.failure}\n` +
      'It was loaded as in a function, without the environment variables of this machine. Mend what is named above; ' +
      'a module that can be loaded nowhere but in the function is deployed unseen with checkDefinition: false.',
  );
}

/** How long things are kept, in milliseconds; absent where the configuration does not say, as a module never does. */
export interface ConfiguredRetention {
  readonly stateMs?: number;
  readonly streamsMs?: number;
}

/** @throws BundleError when the configuration is missing, or is none. */
export function configuredRetention(pipelineEntry: PipelineEntry): ConfiguredRetention {
  const path = typeof pipelineEntry === 'string' ? pipelineEntry : pipelineEntry.path;
  if (!isConfigurationFile(path)) return {};
  const { state, streams } = definitionAt(pipelineEntry).read?.configuration.retention ?? {};
  return {
    ...(state === undefined ? {} : { stateMs: durationMs(state) }),
    ...(streams === undefined ? {} : { streamsMs: durationMs(streams) }),
  };
}

/** What became of a process that gave no answer. */
function endOf({ error, signal, status, stderr }: ReturnType<typeof spawnSync>): string {
  if (error !== undefined) return error.message;
  const last = String(stderr).trim().split('\n').slice(-ERRORS_SHOWN_MAX);
  return [`Node ended without an answer, with ${signal ?? `exit code ${status}`}.`, ...last].join('\n');
}

/** A file of a bundle and what it imports. The bundler makes parts also of what is imported by code that it has left out, as the SDK does for browsers. */
function reachable(outputs: Metafile['outputs'], from: string, found = new Set<string>()): ReadonlySet<string> {
  found.add(from);
  for (const { path } of outputs[from]?.imports ?? []) if (path in outputs && !found.has(path)) reachable(outputs, path, found);
  return found;
}

function pipelinePath(pipelineEntry: string): string {
  const path = resolve(pipelineEntry);
  if (statSync(path, { throwIfNoEntry: false })?.isFile()) return path;
  throw new BundleError(
    `There is no pipeline file at ${path}. ` +
      `Give the path of the module whose default export is the pipeline definition, or of a configuration; relative paths count from ${process.cwd()}.`,
  );
}

// The bundler alone would build a function without a definition, with no more than a warning.
function requireDefaultExport(pipeline: string): void {
  const { metafile } = build(pipeline, { entryPoints: [pipeline], outfile: join(root, 'pipeline.mjs'), packages: 'external' });
  const names = Object.values(metafile.outputs).flatMap((output) => output.exports);
  if (names.includes('default')) return;
  throw new BundleError(
    `The pipeline ${pipeline} has no default export; it exports ${names.length > 0 ? names.join(', ') : 'nothing'}. ` +
      'Put "export default" before the pipeline definition.',
  );
}

function build(pipeline: string, options: BuildOptions) {
  try {
    return buildSync({
      ...options,
      alias: { ...OWN, ...options.alias },
      absWorkingDir: root,
      bundle: true,
      platform: 'node',
      target: 'node24',
      format: 'esm',
      // ECMAScript builds of packages first: only those can be shaken down to what is used.
      mainFields: ['module', 'main'],
      conditions: ['module'],
      charset: 'utf8',
      logLevel: 'silent',
      metafile: true,
      write: false,
    });
  } catch (error) {
    if (!isBuildFailure(error)) throw error;
    throw new BundleError(
      `The pipeline ${pipeline} does not compile:\n${describe(error)}\n` +
        'Mend what is named above; types are not looked at here, only syntax and imports.',
      { cause: error },
    );
  }
}

function ownModules(): Record<string, string> {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    readonly exports: Readonly<Record<string, string | { readonly 'mullion-source': string }>>;
  };
  return Object.fromEntries(
    Object.entries(exports).map(([name, at]) => [
      posix.join('mullion', name),
      join(root, typeof at === 'string' ? at : at['mullion-source']),
    ]),
  );
}

function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && 'errors' in error && Array.isArray(error.errors);
}

const ERRORS_SHOWN_MAX = 5;

function describe(failure: BuildFailure): string {
  const lines = failure.errors.slice(0, ERRORS_SHOWN_MAX).map(({ location, text }) => {
    const place = location === null ? '' : `${resolve(root, location.file)}:${location.line}:${location.column + 1}: `;
    return `  ${place}${text}`;
  });
  const hidden = failure.errors.length - lines.length;
  return hidden > 0 ? [...lines, `  and ${hidden} more`].join('\n') : lines.join('\n');
}
